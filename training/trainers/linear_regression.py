"""Linear regression: scikit-learn's Ridge, fitted on the driver.

A weight for every feature, which says how much it counts: for few rows, or where every answer must be explained.
Not where features act together in ways that nobody wrote down: trees find those.
See https://scikit-learn.org/stable/modules/linear_model.html#ridge-regression-and-classification
"""

import numpy as np
from sklearn.linear_model import Ridge

from training.encoding import Encoding
from training.trainers import REGRESSION


class LinearRegression:
    TASKS = (REGRESSION,)

    def __init__(self, features, seed):
        self.features = features
        self.encoding = None
        self.scale, self.model = None, None

    def fit(self, rows, labels):
        self.encoding = Encoding(self.features, rows)
        matrix = self.encoding.matrix(rows)
        spread = matrix.std(axis=0)
        # Of a column that never changes nothing can be learned.
        self.scale = np.where(spread > 0, spread, np.inf)
        # Solved at once, without a choice that a seed could make.
        self.model = Ridge(alpha=1.0, solver="cholesky")
        self.model.fit(matrix / self.scale, np.asarray(labels, dtype=float))

    def score(self, rows):
        if not rows:
            return []
        # Column by column, so that a row is scored alone as in any batch.
        total = np.full(len(rows), float(self.model.intercept_))
        for column, weight in zip(self.encoding.matrix(rows).T, self._weights(), strict=True):
            total += column * weight
        return total.tolist()

    def export(self):
        return self.encoding.linear_model(self.model.intercept_, self._weights(), "identity")

    def _weights(self):
        return self.model.coef_ / self.scale
