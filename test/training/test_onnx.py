import random
import unittest

from serve_onnx import Served

from training.onnx_check import largest_difference, onnx_scores, strange_rows
from training.onnx_export import onnx_file
from training.onnx_form import onnx_form
from training.onnx_trees import NotInOnnx
from training.portable import Portable

AMOUNT = {"name": "amount", "type": "numeric"}
REGION = {"name": "region", "type": "categorical", "categories": ["", "a", "ü"]}
FEATURES = [AMOUNT, {"name": "region", "type": "categorical"}]
LEAF, SIDES = [0.25], [[0.5], [-0.125]]


def boosted(*trees, features=(AMOUNT, REGION), **more):
    told = {"kind": "gradient-boosted-trees", "baseline": 0.1, "features": list(features), "trees": list(trees)}
    return {"schema": "driftgate-model/1"} | told | more


def rows_of(count=300):
    source = random.Random(9)
    amounts = [None, float("nan"), float("inf"), float("-inf"), -1e300, 0.0, 1 / 3, 0.1]
    regions = [None, "", "a", "ü", "A", "atlantis", "?"]
    return [[source.choice([*amounts, source.random()]), source.choice(regions)] for _ in range(count)]


class AModelIsServedAsItIs(unittest.TestCase):
    def agrees(self, model, features=FEATURES):
        rows = rows_of()
        expected = Portable(model, features).score(rows)
        names = [feature["name"] for feature in features]
        told = Served(onnx_form(model)).score([dict(zip(names, row, strict=True)) for row in rows])
        self.assertLess(largest_difference(told, expected), 1e-12)
        # What the job itself asks gives the same.
        self.assertEqual(onnx_scores(onnx_form(model), model, features, rows), told)
        self.assertGreater(len(set(expected)), 1)

    def test_numbers_go_by_the_last_bit_and_what_is_missing_its_own_way(self):
        # 1/3 as a double and its next neighbour below, which single floats cannot tell apart.
        for threshold in (1 / 3, 0.3333333333333333 - 2**-54, 0.1, "Infinity"):
            for missing_left in (0, 1):
                self.agrees(boosted([[0, threshold, missing_left, 1, 2], *SIDES], [[0, 0.5, 1, 1, 2], *SIDES]))

    def test_of_a_forest_of_single_floats_values_are_rounded_first(self):
        tree = [[0, 0.3333333432674408, 0, 1, 2], [1, [1], 1, 3, 4], [0, 1e39, 0, 5, 6], [0.1], [0.2], [0.3], [0.4]]
        for precision in ("single", "double"):
            self.agrees(boosted(tree, tree, kind="forest", precision=precision))

    def test_categories_go_by_their_sets_and_unknown_ones_are_missing(self):
        for left in ([], [0], [2], [0, 1], [0, 1, 2]):
            for missing_left in (0, 1):
                splits = [[1, left, missing_left, 1, 2], [0, 0.4, 0, 3, 4], [1, [1], 0, 5, 6]]
                self.agrees(boosted([*splits, [1.0], [2.0], [3.0], [4.0]], [LEAF], link="identity"))

    def test_a_root_with_a_leaf_and_a_node_of_one_number(self):
        for leaf_first in (True, False):
            sides = (1, 2) if leaf_first else (2, 1)
            tree = [[0, 0.3, 0, *sides], [1.0], [0, 0.6, 1, 3, 4], [2.0], [3.0]]
            self.agrees(boosted(tree, tree, tree, link="identity"))

    def test_a_weighted_sum_cuts_off_and_adds_what_a_missing_value_adds(self):
        amount = AMOUNT | {"low": -0.5, "high": 0.5, "weight": 3.0, "missing": 0.75}
        for link in ("identity", "logistic"):
            for missing in ({}, {"missing": -2.0}):
                region = REGION | {"weights": [1.0, 2.0, 4.0]} | missing
                self.agrees({"schema": "driftgate-model/1", "kind": "linear", "link": link, "intercept": 0.5, "features": [amount, region]})

    def test_names_may_be_those_of_the_graph_and_text_may_be_empty(self):
        names = ["score", "value 0"]
        features = [each | {"name": name} for each, name in zip((AMOUNT, REGION), names, strict=True)]
        model = boosted([[0, 0.4, 0, 1, 2], [1, [0], 1, 3, 4], *SIDES, LEAF], features=features)
        self.agrees(model, features)
        data = onnx_form(model)
        self.assertEqual(Served(data).missing, "?")
        self.assertEqual(onnx_form(model), data)

    def test_what_cannot_be_said_is_said_in_words(self):
        # Said as a tree it would have 2^20 leaves.
        meets = [[0, 0.1, 0, place + 1, place + 1] for place in range(20)] + [[1.0]]
        for model, reason in [
            (boosted([LEAF]), "no tree asks for anything"),
            (boosted(), "no tree asks for anything"),
            (boosted(meets), "meet again"),
            (boosted([[0, 0.1, 0, 1, 2], *SIDES], features=[AMOUNT, AMOUNT]), "two of one name"),
            (boosted([[1, [0], 0, 1, 2], *SIDES], features=[AMOUNT, REGION | {"categories": [1]}]), "is no text"),
        ]:
            with self.subTest(reason), self.assertRaisesRegex(NotInOnnx, reason):
                onnx_form(model)

class AJobShipsWhatItHasHeldAgainstItsTrainer(unittest.TestCase):
    model = boosted([[0, 0.4, 0, 1, 2], [1, [1], 1, 3, 4], *SIDES, LEAF])

    def score(self, rows):
        return Portable(self.model, FEATURES).score(rows)

    def test_the_same_scores_are_shipped(self):
        self.assertEqual(onnx_file(self.model, FEATURES, rows_of(), self.score), (onnx_form(self.model), None))

    def test_others_are_not_however_few(self):
        def other(rows, change):
            return [score + change if index == 17 else score for index, score in enumerate(self.score(rows))]

        for change, reason in [(2e-6, "differ by 2"), (float("nan"), "differ by nan")]:
            with self.subTest(change):
                data, said = onnx_file(self.model, FEATURES, rows_of(), lambda rows, by=change: other(rows, by))
                self.assertIsNone(data)
                self.assertRegex(said, reason)

    def test_what_cannot_be_said_costs_no_model(self):
        data, said = onnx_file(boosted([LEAF]), FEATURES, rows_of(), self.score)
        self.assertEqual((data, said), (None, "NotInOnnx: no tree asks for anything"))


if __name__ == "__main__":
    unittest.main()
