"""Random forest: scikit-learn's RandomForestClassifier, or its Regressor, fitted on the driver.

The mean of many trees, each of other rows and columns: hard to spoil by a wrong setting, and less sure of itself than
boosted trees. Not where the file must be small, or for more rows than the driver's memory holds.
See https://scikit-learn.org/stable/modules/ensemble.html#random-forests
"""

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from training.encoding import Encoding
from training.trainers import CLASSIFICATION, REGRESSION
from training.trees import forest_model, forest_scores

TREES = 100
DEEPEST = 12
SMALLEST_LEAF = 20
"""So that a leaf is a rate or a mean of several rows, and a model file some megabytes at most."""


class RandomForest:
    TASKS = (CLASSIFICATION, REGRESSION)
    OPTIONS = ("task",)

    def __init__(self, features, seed, task=CLASSIFICATION):
        self.features, self.seed, self.task = features, seed, task
        self.encoding, self.model = None, None

    def fit(self, rows, labels):
        self.encoding = Encoding(self.features, rows)
        regression = self.task == REGRESSION
        self.model = (RandomForestRegressor if regression else RandomForestClassifier)(
            n_estimators=TREES,
            # Of numbers a third of the columns, as Breiman has it; of classes their root, which is the default.
            max_features=1 / 3 if regression else "sqrt",
            max_depth=DEEPEST,
            min_samples_leaf=min(SMALLEST_LEAF, max(1, len(rows) // 20)),
            random_state=self.seed,
        )
        self.model.fit(self.encoding.matrix(rows), np.asarray(labels))

    def score(self, rows):
        return forest_scores(self.model.estimators_, self.encoding.matrix(rows)) if rows else []

    def export(self):
        return forest_model(self.encoding, self.model.estimators_)
