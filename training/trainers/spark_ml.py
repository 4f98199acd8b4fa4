"""What the trainers of Spark ML share: the fit runs on the executors, and what it gave is scored without Spark.

Sums over partitions are added in the order in which executors answer: models of the same rows and seed differ in the last
digits, about 1e-9 in a score.
"""

import re

from pyspark.ml.functions import array_to_vector, vector_to_array
from pyspark.sql import SparkSession

from training.encoding import Encoding
from training.failure import TrainingError
from training.portable import Portable
from training.trainers import CLASSIFICATION

PARTITIONS = 8
"""The same on every cluster: trees draw their samples by partition."""
CHECKED = 500


class SparkMl:
    REPEATABLE = False
    OPTIONS = ("task",)

    def __init__(self, features, seed, task=CLASSIFICATION):
        self.features, self.seed, self.task = features, seed, task
        self.model, self.scorer = None, None

    def fit(self, rows, labels):
        spark = SparkSession.getActiveSession()
        if spark is None:
            raise TrainingError("a trainer of Spark ML needs a Spark session")
        encoding = Encoding(self.features, rows)
        columns = encoding.matrix(rows).tolist()
        table = spark.createDataFrame(
            zip(columns, map(float, labels), strict=True), "columns array<double>, label double"
        )
        vectors = table.repartition(PARTITIONS).select(array_to_vector("columns").alias("features"), "label").persist()
        try:
            fitted = self.estimator(len(rows)).fit(vectors)
        finally:
            vectors.unpersist()
        self.model = self.described(fitted, encoding)
        self.scorer = Portable(self.model, self.features)
        self._agrees(fitted, table.limit(CHECKED), rows[:CHECKED])

    def score(self, rows):
        return self.scorer.score(rows)

    def export(self):
        return self.model

    def estimator(self, count):
        """Of Spark ML, for so many rows with the columns `features` and `label`."""
        raise NotImplementedError

    def described(self, fitted, encoding):
        """`model.json` of what the estimator gave."""
        raise NotImplementedError

    def _agrees(self, fitted, table, rows):
        """What is described scores as Spark itself does, or there is no model."""
        told = fitted.transform(table.select(array_to_vector("columns").alias("features")))
        column = vector_to_array("probability")[1] if "probability" in told.columns else told["prediction"]
        own = [row["score"] for row in told.select(column.alias("score")).collect()]
        apart = max(
            abs(score - other) / max(1, abs(other)) for score, other in zip(self.score(rows), own, strict=True)
        )
        if apart > 1e-9:
            raise TrainingError(f"the model as it is described scores {apart} away from Spark's own")


TEXT = re.compile(r"^( *)(?:If \(feature (\d+) <= (\S+)\)|Else .*|Predict: (\S+))$")


def tree_of(text, encoding, leaf):
    """Nodes of a regression tree as Spark prints it, `leaf` of what it predicts."""
    nodes = []

    def read(lines):
        place = len(nodes)
        nodes.append(None)
        match = TEXT.match(next(lines))
        if match is None:
            raise TrainingError("a tree of Spark is printed in a form that is not known")
        _, column, threshold, predicted = match.groups()
        if predicted is not None:
            nodes[place] = [leaf(float(predicted))]
            return place
        left = read(lines)
        next(lines)  # Else
        right = read(lines)
        nodes[place] = [*encoding.split_of(int(column), float(threshold)), left, right]
        return place

    # The first line names the model.
    read(iter(text.rstrip().splitlines()[1:]))
    return nodes
