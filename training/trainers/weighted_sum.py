"""What linear models of scikit-learn share: columns of equal spread are fitted, and what is learned is a weight for each."""

import numpy as np

from training.encoding import Encoding


class WeightedSum:
    LINK = "identity"
    """How a sum becomes a score: `identity` or `logistic`."""

    def __init__(self, features, seed):
        self.features, self.seed = features, seed
        self.encoding = None
        self.intercept, self.weights = None, None

    def fit(self, rows, labels):
        self.encoding = Encoding(self.features, rows)
        matrix = self.encoding.matrix(rows)
        spread = matrix.std(axis=0)
        # Of a column that never changes nothing can be learned.
        scale = np.where(spread > 0, spread, np.inf)
        fitted = self.estimator().fit(matrix / scale, np.asarray(labels))
        # Of a classifier both are those of its one decision.
        self.intercept = float(np.ravel(fitted.intercept_)[0])
        self.weights = np.ravel(fitted.coef_) / scale

    def score(self, rows):
        if not rows:
            return []
        total = self.encoding.weighted_sum(rows, self.intercept, self.weights)
        return (logistic(total) if self.LINK == "logistic" else total).tolist()

    def export(self):
        return self.encoding.linear_model(self.intercept, self.weights, self.LINK)

    def estimator(self):
        """Of scikit-learn."""
        raise NotImplementedError


def logistic(total):
    return 1 / (1 + np.exp(-total))
