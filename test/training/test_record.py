import json
import unittest

from training.record import Foreign, features_text, label, label_reader, milliseconds, prediction, row_values
from training.values import BadValue

FEATURES = [
    {"name": "amount", "type": "numeric"},
    {"name": "region", "type": "categorical"},
    {"name": "known", "type": "boolean"},
]
PATHS = {name: name for name in ("id", "time", "model", "version", "features", "score", "label")}
NOON = 1704110400000


def event(**changes):
    record = {
        "id": "a",
        "time": "2024-01-01T12:00:00Z",
        "model": "loan",
        "features": {"amount": 1, "region": "east", "known": True},
    }
    return json.dumps(record | changes).encode()


def read(data):
    return prediction(data, NOON, "loan", FEATURES, PATHS)


class PredictionsAreRead(unittest.TestCase):
    def test_a_good_record(self):
        row_id, time, text = read(event())
        self.assertEqual((row_id, time), ("a", NOON))
        self.assertEqual(row_values(text, FEATURES), [1.0, "east", "true"])

    def test_numbers_name_predictions_and_categories_as_ecmascript_spells_them(self):
        row_id, _, text = read(event(id=1e21, features={"region": 5, "known": None}))
        self.assertEqual(row_id, "1e+21")
        self.assertEqual(row_values(text, FEATURES), [None, "5", None])

    def test_spelled_numbers_survive_the_way_through_json(self):
        values = row_values(features_text({"amount": "-Infinity"}, FEATURES), FEATURES)
        self.assertEqual(values, [float("-inf"), None, None])

    def test_a_record_of_another_model_is_foreign(self):
        with self.assertRaises(Foreign):
            read(event(model="other"))

    def test_bad_records_are_bad_and_nothing_worse(self):
        for data in [
            None,
            b"",
            b"{",
            b"[]",
            b"\xff{}",
            b'{"id": NaN}',
            b"[" * 100_000,
            event(id=None),
            event(id=True),
            event(time="2024-01-01T12:00:00"),
            event(time="soon"),
            event(time="1989-12-31T23:59:59Z"),
            event(time=253370764800000),
            event(time="2024-01-02T12:00:01Z"),
            event(features={"amount": "much"}),
            event(features={"region": ["east"]}),
        ]:
            with self.subTest(data if data is None else data[:60]), self.assertRaises(BadValue):
                read(data)

    def test_paths_walk_into_objects(self):
        paths = PATHS | {"id": "meta.id", "features": "row.input"}
        data = event(meta={"id": "deep"}, row={"input": {"amount": 2}})
        row_id, _, text = prediction(data, NOON, "loan", FEATURES, paths)
        self.assertEqual((row_id, row_values(text, FEATURES)[0]), ("deep", 2.0))

    def test_a_feature_may_have_a_path_of_its_own_and_lists_have_positions(self):
        data = event(rows=[{"amount": 3}], amount=4)
        for path, expected in [("rows.0.amount", 3.0), ("amount", 4.0), ("rows.1.amount", None), ("rows.00.amount", None)]:
            _, _, text = prediction(data, NOON, "loan", FEATURES, PATHS, {"amount": path})
            self.assertEqual(row_values(text, FEATURES), [expected, "east", "true"])

    def test_features_may_stand_beside_the_other_parts(self):
        _, _, text = prediction(event(amount=4), NOON, "loan", FEATURES, PATHS | {"features": ""})
        self.assertEqual(row_values(text, FEATURES), [4.0, None, None])

    def test_times_keep_their_zone_and_lose_what_is_below_a_millisecond(self):
        self.assertEqual(milliseconds("2024-01-01T14:00:00.123999+02:00"), NOON + 123)


PATHS_OF_LABELS = {name: name for name in ("id", "time", "label")}


def said(positive=None, paths=None, task="classification", **changed):
    row = {"key": None, "value": event(**changed), "received": NOON}
    return label(row, PATHS_OF_LABELS | (paths or {}), "m", label_reader(task, positive))


class LabelsAreRead(unittest.TestCase):
    def test_zero_one_and_truth_values(self):
        for value, expected in [(0, 0), (1, 1), (True, 1), (1.0, 1)]:
            self.assertEqual(said(label=value)[2], expected)

    def test_anything_else_is_bad(self):
        for value in (2, 0.5, "1", None):
            with self.assertRaises(BadValue):
                said(label=value)

    def test_a_class_by_its_name(self):
        for value, expected in [("fraud", 1), ("fine", 0), (1, 0)]:
            self.assertEqual(said(positive="fraud", label=value)[2], expected)
        self.assertEqual(said(positive="1", label=True)[2], 1)
        with self.assertRaises(BadValue):
            said(positive="fraud", label=None)

    def test_of_a_regression_any_finite_number(self):
        for value, expected in [(0, 0.0), (-2.5, -2.5), (1e300, 1e300), (True, 1.0)]:
            self.assertEqual(said(task="regression", label=value)[2], expected)
        for value in ("12.5", None, [1]):
            with self.assertRaises(BadValue):
                said(task="regression", label=value)
        row = {"key": None, "value": event().replace(b'"id"', b'"label": 1e999, "id"'), "received": NOON}
        with self.assertRaises(BadValue):
            label(row, PATHS_OF_LABELS, "m", label_reader("regression"))

    def test_what_is_withdrawn_has_no_label(self):
        self.assertIsNone(said(paths={"withdrawn": "gone"}, label=1, gone=True)[2])
        self.assertEqual(said(paths={"withdrawn": "gone"}, label=1, gone=False)[2], 1)
        row = {"key": b"p1", "value": None, "received": NOON}
        self.assertEqual(label(row, PATHS_OF_LABELS, "m", label_reader()), ("p1", NOON, None))
        for broken in ({"key": None}, {"key": b"\xff"}, {"received": -1}):
            with self.assertRaises(BadValue):
                label(row | broken, PATHS_OF_LABELS, "m", label_reader())

    def test_of_a_shared_topic_others_are_foreign(self):
        self.assertEqual(said(paths={"model": "for"}, label=1, **{"for": "m"})[2], 1)
        with self.assertRaises(Foreign):
            said(paths={"model": "for"}, label=1, **{"for": "n"})
        with self.assertRaises(BadValue):
            said(paths={"model": "for"}, label=1)


if __name__ == "__main__":
    unittest.main()
