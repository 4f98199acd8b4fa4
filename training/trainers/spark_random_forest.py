"""Random forest of Spark ML, fitted on the executors.

As `random-forest`, for more rows than one machine fits in a useful time.
See https://spark.apache.org/docs/latest/ml-classification-regression.html#random-forest-classifier
"""

from pyspark.ml.regression import RandomForestRegressor

from training.trainers import CLASSIFICATION, REGRESSION
from training.trainers.spark_ml import SparkMl, tree_of

TREES = 50


class SparkRandomForest(SparkMl):
    TASKS = (CLASSIFICATION, REGRESSION)

    def estimator(self, count):
        # Of labels 0 and 1 the variance is half of Gini's impurity: the trees of a classifier, whose leaves are rates.
        return RandomForestRegressor(
            numTrees=TREES,
            maxDepth=10,
            minInstancesPerNode=min(20, max(1, count // 20)),
            featureSubsetStrategy="onethird" if self.task == REGRESSION else "sqrt",
            seed=self.seed,
        )

    def described(self, fitted, encoding):
        return {
            "schema": "driftgate-model/1",
            "kind": "forest",
            "features": encoding.named_features(),
            "trees": [tree_of(tree.toDebugString, encoding, float) for tree in fitted.trees],
        }
