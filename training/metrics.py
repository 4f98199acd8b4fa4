"""How good probabilities are against labels; the names of `metricsSchema` in contracts/training.ts."""

from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, roc_auc_score


def metrics(labels, scores):
    """Accuracy at 0.5, area under the ROC curve, Brier score and log loss (natural logarithm)."""
    return {
        "rows": len(labels),
        "accuracy": float(accuracy_score(labels, [score >= 0.5 for score in scores])),
        "auc": float(roc_auc_score(labels, scores)),
        "brier": float(brier_score_loss(labels, scores)),
        "log_loss": float(log_loss(labels, scores, labels=[0, 1])),
    }
