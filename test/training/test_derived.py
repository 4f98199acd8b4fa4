import unittest

from training.derived import derived_value
from training.learned import PlainOnly
from training.record import features_text, row_values
from training.segments import build_segments, segment_names, segments_fit
from training.values import BadValue

NOON = 1704110400000


def part(name, raw, event=None, **more):
    return derived_value({"feature": "x", "part": name, **more}, raw, event)


class ValuesAreDerived(unittest.TestCase):
    def test_parts_of_a_timestamp_in_its_zone(self):
        parts = [part(name, NOON, zone="Asia/Kathmandu") for name in ("hour", "weekday", "day", "month")]
        self.assertEqual(parts, [17.0, 1.0, 1.0, 1.0])
        self.assertEqual(part("age", "2024-01-01T00:00:00Z", NOON), 0.5)
        self.assertIsNone(part("age", "2024-01-01T00:00:00Z", None))

    def test_code_points_norms_and_components(self):
        self.assertEqual(part("length", "a😀é"), 3.0)
        self.assertEqual(part("norm", [3e300, 4e300], width=2), 5e300)
        self.assertEqual(part("component", [1, 2], width=2, index=1), 2.0)
        self.assertEqual(abs(part("projection", [0, 2, 0, 0], width=4, index=3)), 1.0)

    def test_missing_is_missing_and_wrong_is_bad(self):
        for name, more in [("hour", {"zone": "UTC"}), ("length", {}), ("norm", {"width": 2})]:
            self.assertIsNone(part(name, None, **more))
            for raw in [True, {}, "soon" if name == "hour" else 5, [1]]:
                with self.subTest((name, raw)), self.assertRaises(BadValue):
                    part(name, raw, **more)

    def test_they_are_among_the_values_of_a_record(self):
        source = {"feature": "note", "part": "length"}
        features = [{"name": "amount", "type": "numeric"}, {"name": "note.length", "type": "numeric", "from": source}]
        text = features_text({"amount": 1, "note": "four"}, features, NOON)
        self.assertEqual(row_values(text, features), [1.0, 4.0])


class SegmentsOfABinning(unittest.TestCase):
    BINNING = {"features": [{"name": "amount"}, {"name": "plan"}]}

    def test_groups_and_all_else(self):
        groups = {"paying": ["pro", "team"]}
        made = build_segments([{"feature": "plan", "groups": groups}], None, None)
        names = segment_names(self.BINNING | {"segments": made})
        found = [names([0, plan]) for plan in ("pro", "free", None)]
        self.assertEqual(found, [["plan=paying"], ["plan=(other)"], ["plan=(other)"]])

    def test_a_binning_in_force_fits_the_same_segments_only(self):
        settings = ["plan", {"feature": "kind", "groups": {"a": ["x"]}}]
        made = build_segments(settings, lambda _: ["pro"], lambda column, _most: column)
        self.assertTrue(segments_fit({"segments": made}, settings))
        self.assertTrue(segments_fit({}, []))
        for other in ([], ["plan"], ["kind", settings[1]], ["plan", {"feature": "kind", "groups": {"a": ["y"]}}]):
            with self.subTest(other):
                self.assertFalse(segments_fit({"segments": made}, other))


class ATrainerSeesThePlainFeaturesOnly(unittest.TestCase):
    def test_columns_that_are_derived_are_left_out(self):
        class Recorder:
            def __init__(self, features, _seed):
                self.features, self.seen = features, []

            def fit(self, rows, _labels):
                self.seen = rows

            def score(self, rows):
                return [row[0] for row in rows]

        features = [{"name": "a", "from": {}}, {"name": "b"}, {"name": "c", "from": {}}, {"name": "d"}]
        learner = PlainOnly(Recorder, features, 1)
        learner.fit([[1, 2, 3, 4]], [1])
        self.assertEqual(learner.inner.features, [{"name": "b"}, {"name": "d"}])
        self.assertEqual((learner.inner.seen, learner.score([[5, 6, 7, 8]])), ([[2, 4]], [6]))
        watched = PlainOnly(Recorder, [{"name": "a", "learned": False}, {"name": "b"}], 1)
        self.assertEqual(watched.inner.features, [{"name": "b"}], "what the configuration keeps from trainers too")


if __name__ == "__main__":
    unittest.main()
