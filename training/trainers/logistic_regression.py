"""Logistic regression: scikit-learn's LogisticRegression with a ridge penalty, fitted on the driver.

A weight for every feature, which says how much it counts: for few rows, or where every answer must be explained.
Not where features act together in ways that nobody wrote down: trees find those.
See https://scikit-learn.org/stable/modules/linear_model.html#logistic-regression
"""

import numpy as np
from sklearn.linear_model import LogisticRegression as Estimator

from training.encoding import Encoding


class LogisticRegression:
    def __init__(self, features, seed):
        self.features, self.seed = features, seed
        self.encoding = None
        self.scale, self.model = None, None

    def fit(self, rows, labels):
        self.encoding = Encoding(self.features, rows)
        matrix = self.encoding.matrix(rows)
        spread = matrix.std(axis=0)
        # Of a column that never changes nothing can be learned.
        self.scale = np.where(spread > 0, spread, np.inf)
        self.model = Estimator(tol=1e-8, max_iter=10_000, random_state=self.seed)
        self.model.fit(matrix / self.scale, np.asarray(labels))

    def score(self, rows):
        if not rows:
            return []
        # Column by column, so that a row is scored alone as in any batch.
        total = np.full(len(rows), self.model.intercept_[0])
        for column, weight in zip(self.encoding.matrix(rows).T, self._weights(), strict=True):
            total += column * weight
        return (1 / (1 + np.exp(-total))).tolist()

    def export(self):
        return self.encoding.linear_model(self.model.intercept_[0], self._weights(), "logistic")

    def _weights(self):
        return self.model.coef_[0] / self.scale
