"""LightGBM: gradient-boosted trees that grow leaf by leaf, fitted on the driver.

Learns much like `gradient-boosting`, in less time where there are many rows or features. Not for small tables: its
leaves hold 20 rows at least, and a category 100.
See https://lightgbm.readthedocs.io/en/stable/Features.html
"""

import math

import lightgbm
import numpy as np

from training.categories import codes_of
from training.failure import TrainingError
from training.trainers import CLASSIFICATION, REGRESSION
from training.trees import grown_leaf_by_leaf
from training.values import kind_of

MOST_CATEGORIES = 254
LARGEST = np.finfo(np.float64).max
ROUNDS = 100


class LightGbm:
    TASKS = (CLASSIFICATION, REGRESSION)
    OPTIONS = ("task",)

    def __init__(self, features, seed, task=CLASSIFICATION):
        self.all_features, self.seed, self.task = features, seed, task
        self.order, self.features, self.codes = [], [], []
        self.text = None

    def fit(self, rows, labels):
        places = range(len(self.all_features))
        self.order = [place for place in places if any(_present(row[place]) for row in rows)]
        if not self.order:
            raise TrainingError("no feature has a value in any training row")
        self.features = [self.all_features[place] for place in self.order]
        self.codes = [
            None
            if kind_of(feature) == "numeric"
            else codes_of((row[place] for row in rows), MOST_CATEGORIES)
            for feature, place in zip(self.features, self.order, strict=True)
        ]
        categorical = [column for column, codes in enumerate(self.codes) if codes is not None]
        data = lightgbm.Dataset(
            self._matrix(rows), np.asarray(labels, dtype=float), categorical_feature=categorical
        )
        settings = {
            "objective": "regression" if self.task == REGRESSION else "binary",
            "seed": self.seed,
            # The same rows give the same trees on every machine.
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }
        self.text = lightgbm.train(settings, data, ROUNDS).model_to_string()

    def score(self, rows):
        if not rows:
            return []
        return self._booster().predict(self._matrix(rows), num_threads=1).tolist()

    def export(self):
        trees = self._booster().dump_model()["tree_info"]
        return {
            "schema": "driftgate-model/1",
            "kind": "gradient-boosted-trees",
            **({"link": "identity"} if self.task == REGRESSION else {"classes": [0, 1]}),
            "features": [
                {"name": feature["name"], "type": feature["type"]}
                | ({} if codes is None else {"categories": list(codes)})
                for feature, codes in zip(self.features, self.codes, strict=True)
            ],
            # The first tree holds it.
            "baseline": 0.0,
            "trees": [grown_leaf_by_leaf(tree["tree_structure"], _split) for tree in trees],
        }

    def _booster(self):
        return lightgbm.Booster(model_str=self.text)

    def _matrix(self, rows):
        matrix = np.full((len(rows), len(self.features)), math.nan)
        for column, (codes, place) in enumerate(zip(self.codes, self.order, strict=True)):
            values = (row[place] for row in rows)
            if codes is None:
                matrix[:, column] = [math.nan if value is None else value for value in values]
            else:
                matrix[:, column] = [codes.get(value, math.nan) for value in values]
        return np.clip(matrix, -LARGEST, LARGEST)


def _present(value):
    return value is not None and value == value


def _split(node):
    column = int(node["split_feature"])
    if node["decision_type"] == "==":
        return column, [int(code) for code in node["threshold"].split("||")], 0
    threshold = float(node["threshold"])
    # Where no training row lacked the value, the library reads a missing one as 0.
    missing_left = node["default_left"] if node["missing_type"] == "NaN" else threshold >= 0
    return column, threshold, int(missing_left)
