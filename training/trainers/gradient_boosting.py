"""Gradient-boosted trees: scikit-learn's HistGradientBoostingClassifier, or its Regressor, fitted on the driver.

Learns well from tables of up to some millions of rows without tuning, and takes missing values as they are.
Not for more rows than the driver's memory holds: use a trainer that fits on the executors then.
See https://scikit-learn.org/stable/modules/ensemble.html#histogram-based-gradient-boosting
"""

import math

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from training.categories import codes_of
from training.failure import TrainingError
from training.trainers import CLASSIFICATION, REGRESSION
from training.values import kind_of

MOST_CATEGORIES = 254
"""The library's limit is 255 bins; rarer categories are read as missing."""
LARGEST = np.finfo(np.float64).max
"""Infinities are fitted as this, so that no threshold is infinite; any threshold tells them apart as well."""


class GradientBoosting:
    TASKS = (CLASSIFICATION, REGRESSION)
    OPTIONS = ("task",)

    def __init__(self, features, seed, task=CLASSIFICATION):
        # Categorical columns first: the library orders them so itself, and its trees name columns by position.
        numbered = [(kind_of(feature) == "numeric", index) for index, feature in enumerate(features)]
        self.all_features = features
        self.preferred = [index for _, index in sorted(numbered)]
        self.seed, self.task = seed, task
        self.order, self.features, self.codes = [], [], []
        self.model = None

    def fit(self, rows, labels):
        # A column without any value teaches nothing, and the library cannot bin it.
        self.order = [index for index in self.preferred if any(_present(row[index]) for row in rows)]
        if not self.order:
            raise TrainingError("no feature has a value in any training row")
        self.features = [self.all_features[index] for index in self.order]
        self.codes = [
            None if kind_of(feature) == "numeric" else codes_of((row[index] for row in rows), MOST_CATEGORIES)
            for feature, index in zip(self.features, self.order, strict=True)
        ]
        estimator = HistGradientBoostingRegressor if self.task == REGRESSION else HistGradientBoostingClassifier
        self.model = estimator(
            categorical_features=[codes is not None for codes in self.codes],
            early_stopping=False,
            random_state=self.seed,
        )
        self.model.fit(self._matrix(rows), np.asarray(labels))

    def score(self, rows):
        if not rows:
            return []
        matrix = self._matrix(rows)
        told = self.model.predict(matrix) if self.task == REGRESSION else self.model.predict_proba(matrix)[:, 1]
        return told.tolist()

    def export(self):
        predictors = [iteration[0] for iteration in self.model._predictors]
        return {
            "schema": "driftgate-model/1",
            "kind": "gradient-boosted-trees",
            **({"link": "identity"} if self.task == REGRESSION else {"classes": [0, 1]}),
            "features": [
                {"name": feature["name"], "type": feature["type"]}
                | ({} if codes is None else {"categories": list(codes)})
                for feature, codes in zip(self.features, self.codes, strict=True)
            ],
            "baseline": float(self.model._baseline_prediction.item()),
            "trees": [_tree(predictor) for predictor in predictors],
        }

    def _matrix(self, rows):
        matrix = np.full((len(rows), len(self.features)), math.nan)
        for column, (codes, index) in enumerate(zip(self.codes, self.order, strict=True)):
            values = (row[index] for row in rows)
            if codes is None:
                matrix[:, column] = [math.nan if value is None else value for value in values]
            else:
                matrix[:, column] = [codes.get(value, math.nan) for value in values]
        return np.clip(matrix, -LARGEST, LARGEST)


def _present(value):
    return value is not None and value == value


def _tree(predictor):
    """Nodes as `[value]`, or `[feature, threshold or left categories, missing left, left, right]`."""
    return [_node(node, predictor.raw_left_cat_bitsets) for node in predictor.nodes]


def _node(node, bitsets):
    if node["is_leaf"]:
        return [float(node["value"])]
    children = [int(node["missing_go_to_left"]), int(node["left"]), int(node["right"])]
    return [int(node["feature_idx"]), _split(node, bitsets), *children]


def _split(node, bitsets):
    if node["is_categorical"]:
        bits = bitsets[node["bitset_idx"]]
        return [code for code in range(256) if bits[code // 32] >> (code % 32) & 1]
    threshold = float(node["num_threshold"])
    # Everything present to the left: the split is between missing and present values.
    return "Infinity" if math.isinf(threshold) else threshold
