import json
import math
import random
import unittest

from training.failure import TrainingError
from training.trainers import trainer_named

FEATURES = [
    {"name": "amount", "type": "numeric"},
    {"name": "region", "type": "categorical"},
    {"name": "known", "type": "boolean"},
]


def sample(count, seed):
    """Rows in which the label depends on every feature, and on whether the amount is missing."""
    source = random.Random(seed)
    rows, labels = [], []
    for _ in range(count):
        amount = None if source.random() < 0.1 else source.gauss(0, 1)
        region = source.choice(["east", "west", "north", "süd"])
        known = source.choice(["true", "false"])
        odds = (2 if amount is None else amount) + {"east": 1, "süd": -1}.get(region, 0) + (known == "true")
        rows.append([amount, region, known])
        labels.append(int(source.random() < 1 / (1 + math.exp(-odds))))
    return rows, labels


def probability(model, row):
    """The meaning of `model.json`, written down once more: the tests' own scorer."""
    names = [feature["name"] for feature in FEATURES]
    inputs = []
    for feature in model["features"]:
        value = row[names.index(feature["name"])]
        if "categories" in feature:
            value = feature["categories"].index(value) if value in feature["categories"] else None
        inputs.append(value)
    total = model["baseline"]
    for tree in model["trees"]:
        node = tree[0]
        while len(node) > 1:
            column, split, missing_left, left, right = node
            value = inputs[column]
            if value is None or math.isnan(value):
                goes_left = missing_left == 1
            else:
                goes_left = value in split if isinstance(split, list) else value <= float(split)
            node = tree[left if goes_left else right]
        total += node[0]
    return 1 / (1 + math.exp(-total))


class TheExportedModelIsTheTrainedOne(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        rows, labels = sample(4_000, 1)
        cls.trained = trainer_named("gradient-boosting")(FEATURES, 7)
        cls.trained.fit(rows, labels)
        cls.model = json.loads(json.dumps(cls.trained.export(), allow_nan=False))

    def test_it_gives_the_same_probabilities_to_strange_rows_too(self):
        rows, _ = sample(500, 2)
        rows += [
            [math.inf, "east", "true"],
            [-math.inf, None, None],
            [math.nan, "atlantis", "maybe"],
            [1e300, "", "false"],
        ]
        for row, score in zip(rows, self.trained.score(rows), strict=True):
            self.assertAlmostEqual(probability(self.model, row), score, delta=1e-12)

    def test_it_splits_on_categories_and_on_being_missing(self):
        splits = [node[1] for tree in self.model["trees"] for node in tree if len(node) > 1]
        self.assertTrue(any(isinstance(split, list) for split in splits))
        self.assertTrue(any(isinstance(split, float) for split in splits))

    def test_the_same_rows_and_seed_give_the_same_model(self):
        rows, labels = sample(4_000, 1)
        again = trainer_named("gradient-boosting")(FEATURES, 7)
        again.fit(rows, labels)
        self.assertEqual(json.loads(json.dumps(again.export())), self.model)

    def test_no_rows_have_no_scores(self):
        self.assertEqual(self.trained.score([]), [])

    def test_more_categories_than_the_library_takes_are_read_as_missing(self):
        source = random.Random(3)
        rows = [[None, f"r{min(source.randrange(400), source.randrange(400))}", None] for _ in range(6_000)]
        labels = [int(len(row[1]) == 2) for row in rows]
        many = trainer_named("gradient-boosting")(FEATURES, 7)
        many.fit(rows, labels)
        model = many.export()
        self.assertEqual(len(next(f["categories"] for f in model["features"] if f["name"] == "region")), 254)
        self.assertEqual([feature["name"] for feature in model["features"]], ["region"])
        for row, score in zip(rows[:300], many.score(rows[:300]), strict=True):
            self.assertAlmostEqual(probability(model, row), score, delta=1e-12)

    def test_infinite_values_may_be_trained_on(self):
        rows, labels = sample(1_000, 4)
        for index, row in enumerate(rows):
            row[0] = [row[0], math.inf, -math.inf][index % 3]
        infinite = trainer_named("gradient-boosting")(FEATURES, 7)
        infinite.fit(rows, labels)
        model = json.loads(json.dumps(infinite.export(), allow_nan=False))
        for row, score in zip(rows, infinite.score(rows), strict=True):
            self.assertAlmostEqual(probability(model, row), score, delta=1e-12)

    def test_rows_without_any_value_are_a_failure_in_words(self):
        with self.assertRaisesRegex(TrainingError, "no feature has a value"):
            trainer_named("gradient-boosting")(FEATURES, 7).fit([[None, None, None]] * 4, [0, 1, 0, 1])


if __name__ == "__main__":
    unittest.main()
