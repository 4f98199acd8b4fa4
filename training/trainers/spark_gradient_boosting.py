"""Gradient-boosted trees of Spark ML, fitted on the executors.

For more rows than the driver's memory holds as a table of numbers; with fewer, `gradient-boosting` learns better in a
hundredth of the time.
See https://spark.apache.org/docs/latest/ml-classification-regression.html#gradient-boosted-tree-classifier
"""

from pyspark.ml.classification import GBTClassifier
from pyspark.ml.regression import GBTRegressor

from training.trainers import CLASSIFICATION, REGRESSION
from training.trainers.spark_ml import SparkMl, tree_of

ROUNDS = 40


class SparkGradientBoosting(SparkMl):
    TASKS = (CLASSIFICATION, REGRESSION)

    def estimator(self, count):
        estimator = GBTRegressor if self.task == REGRESSION else GBTClassifier
        return estimator(maxIter=ROUNDS, maxDepth=4, stepSize=0.2, seed=self.seed)

    def described(self, fitted, encoding):
        regression = self.task == REGRESSION
        # The loss of classes is ln(1 + exp(-2 y F)): the odds of class 1 are exp(2 F).
        factor = 1 if regression else 2
        trees = [
            tree_of(tree.toDebugString, encoding, lambda value, weight=weight: factor * weight * value)
            for tree, weight in zip(fitted.trees, fitted.treeWeights, strict=True)
        ]
        return {
            "schema": "driftgate-model/1",
            "kind": "gradient-boosted-trees",
            **({"link": "identity"} if regression else {}),
            "features": encoding.named_features(),
            "baseline": 0.0,
            "trees": trees,
        }
