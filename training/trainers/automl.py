"""AutoML: FLAML looks for the best of LightGBM, random forest and, of classes, logistic regression within a time budget.

For whoever has time to spend and no wish to tune. What it finds in its time depends on the machine: the same rows may
give another model, and the seed does not fix it.
See https://microsoft.github.io/FLAML/docs/Use-Cases/Task-Oriented-AutoML
"""

import numpy as np
from flaml import AutoML as Search

from training.encoding import Encoding
from training.failure import TrainingError
from training.reference import FOLDS
from training.trainers import CLASSIFICATION, REGRESSION
from training.trainers.weighted_sum import logistic
from training.trees import forest_model, forest_scores, grown_leaf_by_leaf

SECONDS = 300


class AutoMl:
    TASKS = (CLASSIFICATION, REGRESSION)
    OPTIONS = ("task", "timeBudget")
    REPEATABLE = False

    def __init__(self, features, seed, task=CLASSIFICATION, timeBudget=SECONDS):  # noqa: N803, as the specification names it
        self.features, self.seed, self.regression = features, seed, task == REGRESSION
        # The model itself, and those of the folds for the reference.
        self.seconds = timeBudget / (FOLDS + 1)
        self.encoding, self.name, self.model = None, None, None

    def fit(self, rows, labels):
        self.encoding = Encoding(self.features, rows)
        search = Search()
        search.fit(
            X_train=self.encoding.matrix(rows),
            y_train=np.asarray(labels),
            task=REGRESSION if self.regression else CLASSIFICATION,
            metric="mse" if self.regression else "log_loss",
            time_budget=self.seconds,
            estimator_list=["lgbm", "rf"] if self.regression else ["lgbm", "rf", "lrl2"],
            eval_method="cv" if len(rows) < 5_000 else "holdout",
            seed=self.seed,
            n_jobs=1,
            verbose=0,
        )
        if search.model is None:
            raise TrainingError(f"no model was fitted within {self.seconds:.0f} s: a larger timeBudget is needed")
        self.name, self.model = search.best_estimator, search.model.estimator

    def score(self, rows):
        if not rows:
            return []
        if self.name == "rf":
            return forest_scores(self.model.estimators_, self.encoding.matrix(rows))
        if self.name == "lgbm":
            return self.model.booster_.predict(self.encoding.matrix(rows), num_threads=1).tolist()
        return logistic(self.encoding.weighted_sum(rows, self.model.intercept_[0], self.model.coef_[0])).tolist()

    def export(self):
        if self.name == "rf":
            return forest_model(self.encoding, self.model.estimators_)
        if self.name == "lgbm":
            return self._boosted()
        return self.encoding.linear_model(self.model.intercept_[0], self.model.coef_[0], "logistic")

    def _boosted(self):
        def split(node):
            return self.encoding.split_of(int(node["split_feature"]), node["threshold"])

        trees = self.model.booster_.dump_model()["tree_info"]
        return {
            "schema": "driftgate-model/1",
            "kind": "gradient-boosted-trees",
            **({"link": "identity"} if self.regression else {}),
            "features": self.encoding.named_features(),
            "baseline": 0.0,
            "trees": [grown_leaf_by_leaf(tree["tree_structure"], split) for tree in trees],
        }
