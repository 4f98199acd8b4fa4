import json
import pickle
import random
import sys
import tempfile
import unittest
from pathlib import Path

from pyspark.sql import SparkSession
from serve_onnx import Served

from training.failure import TrainingError
from training.onnx_form import onnx_form
from training.portable import Portable
from training.trainers import TRAINERS, spark_gradient_boosting, spark_random_forest, tasks_of, trainer_named

FEATURES = [
    {"name": "amount", "type": "numeric", "cycle": 24},
    {"name": "region", "type": "categorical"},
    {"name": "known", "type": "boolean"},
]


def sample(count):
    source = random.Random(5)
    rows = [
        [source.choice([None, source.random()]), source.choice(["a", "ü", None]), source.choice(["true", "false"])]
        for _ in range(count)
    ]
    return rows, [int((row[0] or 0) + source.random() > 0.7) for row in rows]


def demand(count):
    """The same rows with a number to foretell: some hundreds, missing amounts lowest, and one region higher."""
    rows, _ = sample(count)
    source = random.Random(6)
    return rows, [300 * (row[0] or 0) + 40 * (row[1] == "ü") + source.gauss(200, 10) for row in rows]


FIT = """
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
pairs = [(row["features"]["amount"] or 0, row["label"]) for row in rows]
x, y = (sum(values) / len(pairs) for values in zip(*pairs))
slope = sum((a - x) * (b - y) for a, b in pairs) / sum((a - x) ** 2 for a, _ in pairs)
amount = {"name": "amount", "type": "numeric", "low": 0, "high": 1, "weight": slope, "missing": 0}
link = "logistic" if {label for _, label in pairs} == {0, 1} else "identity"
model = {"schema": "driftgate-model/1", "kind": "linear", "link": link, "features": [amount], "intercept": y - slope * x}
json.dump(model, open(sys.argv[2], "w"))
"""
"""A program of a team's own."""


class EveryTrainerKeepsTheContract(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.ui.showConsoleProgress", "false")
        cls.spark = builder.config("spark.sql.shuffle.partitions", "4").getOrCreate()
        cls.addClassCleanup(cls.spark.stop)
        # The contract does not depend on how many there are.
        spark_gradient_boosting.ROUNDS, spark_random_forest.TREES = 5, 5

    def test_it(self):
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "fit.py"
            program.write_text(FIT)
            options = {"timeBudget": 12, "command": [sys.executable, str(program)]}
            for name in TRAINERS:
                for task in tasks_of(name):
                    with self.subTest(name, task=task):
                        rows, labels = (sample if task == "classification" else demand)(2_000)
                        trainer = trainer_named(name, options, task)
                        scores = self.keeps_it(name, trainer, rows, labels)
                        (self.are_probabilities if task == "classification" else self.foretell)(scores, labels)

    def are_probabilities(self, scores, labels):
        self.assertTrue(all(0 <= score <= 1 for score in scores))
        self.assertGreater(
            sum(score for score, label in zip(scores, labels, strict=True) if label) / sum(labels),
            sum(scores) / len(scores),
        )

    def foretell(self, scores, labels):
        """At least half of what the mean leaves open: the noise is a hundredth of it."""
        mean = sum(labels) / len(labels)
        left = sum((score - label) ** 2 for score, label in zip(scores, labels, strict=True))
        self.assertLess(left, 0.5 * sum((label - mean) ** 2 for label in labels))

    def keeps_it(self, name, trainer, rows, labels):
        model = trainer(FEATURES, 3)
        model.fit(rows, labels)
        scores = model.score(rows)
        # Rows are scored one by one as in any batch, also by a copy on an executor.
        copy = pickle.loads(pickle.dumps(model))
        self.assertEqual([copy.score([row])[0] for row in rows[:50]], scores[:50])
        # What is exported says all of it.
        strange = [[float("inf"), "atlantis", None], [float("-inf"), "", "maybe"], [float("nan"), None, "true"]]
        described = json.loads(_text(model.export()))
        told = Portable(described, FEATURES).score(rows + strange)
        for score, own in zip(told, model.score(rows + strange), strict=True):
            self.assertAlmostEqual(score, own, delta=1e-12 * max(1, abs(own)))
        # And so does a server that reads nothing but the ONNX of it.
        records = [{feature["name"]: value for feature, value in zip(FEATURES, row, strict=True)} for row in rows + strange]
        for score, own in zip(Served(onnx_form(described)).score(records), told, strict=True):
            self.assertAlmostEqual(score, own, delta=1e-12 * max(1, abs(own)))
        if getattr(getattr(trainer, "func", trainer), "REPEATABLE", True):
            again = trainer(FEATURES, 3)
            again.fit(rows, labels)
            self.assertEqual(_text(again.export()), _text(model.export()))
        self.assertTrue(Path(f"docs/trainers/{name}.md").exists())
        return scores

    def test_a_task_that_a_trainer_does_not_know_is_refused_in_words(self):
        with self.assertRaisesRegex(TrainingError, "logistic-regression knows no regression, only classification"):
            trainer_named("logistic-regression", {}, "regression")


class AProgramOfOnesOwn(unittest.TestCase):
    def fails(self, program, reason):
        with self.assertRaisesRegex(TrainingError, reason):
            trainer_named("command", {"command": [sys.executable, "-c", program]})(FEATURES, 1).fit(*sample(10))

    def test_what_goes_wrong_is_said_in_its_own_words(self):
        self.fails("import sys; print('no licence'); sys.exit(3)", "ended with status 3: no licence")
        self.fails("pass", "left no readable model.json")
        self.fails("open('model.json', 'w').write('{\"schema\": \"driftgate-model/1\"}')", "lacks")
        forest = '{"schema": "driftgate-model/1", "kind": "net", "features": []}'
        self.fails(f"open('model.json', 'w').write('{forest}')", "of kind net")

    def test_none_is_a_failure_in_words(self):
        with self.assertRaisesRegex(TrainingError, "needs retraining.command"):
            trainer_named("command")(FEATURES, 1)


def _text(model):
    return json.dumps(model, allow_nan=False)


if __name__ == "__main__":
    unittest.main()
