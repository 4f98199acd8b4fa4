"""How good probabilities, or numbers that were foretold, are against labels; the names of `metricsSchema` in contracts/training.ts."""

import numpy as np
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    log_loss,
    mean_absolute_error,
    median_absolute_error,
    r2_score,
    roc_auc_score,
    root_mean_squared_error,
)

from training.trainers import REGRESSION


def metrics(labels, scores, task):
    """What `told` says in a line comes of these."""
    return {"rows": len(labels)} | (_numbers if task == REGRESSION else _probabilities)(labels, scores)


def told(measured):
    """Two of them, in words."""
    if "mae" in measured:
        return f"mean absolute error {measured['mae']:.4g}, R2 {measured['r2']:.3f}"
    return f"accuracy {measured['accuracy']:.3f}, Brier score {measured['brier']:.4f}"


def _probabilities(labels, scores):
    """Accuracy at 0.5, area under the ROC curve, Brier score and log loss (natural logarithm)."""
    return {
        "accuracy": float(accuracy_score(labels, [score >= 0.5 for score in scores])),
        "auc": float(roc_auc_score(labels, scores)),
        "brier": float(brier_score_loss(labels, scores)),
        "log_loss": float(log_loss(labels, scores, labels=[0, 1])),
    }


def _numbers(labels, scores):
    """In the unit of the label; `bias` is the mean of what was foretold minus what came."""
    return {
        "mae": float(mean_absolute_error(labels, scores)),
        "rmse": float(root_mean_squared_error(labels, scores)),
        "median_absolute_error": float(median_absolute_error(labels, scores)),
        "r2": float(r2_score(labels, scores)),
        "bias": float(np.mean(np.subtract(scores, labels))),
    }
