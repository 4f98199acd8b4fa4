import hashlib
import json
import tempfile
import unittest
from pathlib import Path

from training.artefacts import finished, write_artefacts
from training.failure import TrainingError
from training.reference import FOLDS, fold_models, fold_of, honest_scores
from training.specification import read_specification
from training.split import sorted_rows, split_by_time


class RowsAreSplitByTime(unittest.TestCase):
    def test_the_latest_share_is_held_out_and_equal_times_stay_together(self):
        rows = sorted_rows(list("fedcba"), [6, 3, 3, 3, 2, 1], [1, 0, 1, 0, 1, 0], [[]] * 6)
        training, held_out, cutoff = split_by_time(rows, 0.5)
        self.assertEqual((training.ids, held_out.ids, cutoff), (["a", "b"], ["c", "d", "e", "f"], 3))

    def test_no_rows_and_one_label_only_are_failures_in_words(self):
        with self.assertRaisesRegex(TrainingError, "no labelled rows"):
            split_by_time(sorted_rows([], [], [], []), 0.3)
        with self.assertRaisesRegex(TrainingError, "the 2 held-out rows do not hold both labels"):
            split_by_time(sorted_rows(list("abcd"), [1, 2, 3, 4], [0, 1, 1, 1], [[]] * 4), 0.5)
        with self.assertRaisesRegex(TrainingError, "the 2 training rows hold one number only"):
            split_by_time(sorted_rows(list("abcd"), [1, 2, 3, 4], [7.5, 7.5, 2, 3], [[]] * 4), 0.5, "regression")


class ScoresOfTheReferenceAreHonest(unittest.TestCase):
    def test_no_row_is_scored_by_a_model_that_saw_it(self):
        class Memory:
            """Scores 1 for the rows it was fitted on."""

            def __init__(self, _features, _seed):
                self.seen = set()

            def fit(self, rows, _labels):
                self.seen = {row[0] for row in rows}

            def score(self, rows):
                return [float(row[0] in self.seen) for row in rows]

        ids = [f"row-{index}" for index in range(200)]
        rows = sorted_rows(ids, list(range(200)), [0, 1] * 100, [[row_id] for row_id in ids])
        models = fold_models(Memory, [], 1, rows)
        self.assertEqual(set(honest_scores(models, 1, rows.ids, rows.values)), {0.0})
        self.assertEqual({fold_of(row_id, 1) for row_id in ids}, set(range(FOLDS)))


class TheMarkerIsWrittenOnceAndLast(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "run"

    def test_it_lists_the_digests_and_leaves_no_other_file(self):
        self.assertFalse(finished(self.folder, "k"))
        self.assertTrue(write_artefacts(self.folder, {"a.json": b"{}"}, {"runKey": "k"}))
        marker = json.loads((self.folder / "marker.json").read_text())
        self.assertEqual(marker["files"], {"a.json": hashlib.sha256(b"{}").hexdigest()})
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["a.json", "marker.json"])
        self.assertTrue(finished(self.folder, "k"))

    def test_a_second_run_finds_it_and_changes_nothing_of_it(self):
        write_artefacts(self.folder, {"a.json": b"{}"}, {"runKey": "k"})
        before = (self.folder / "marker.json").read_bytes()
        self.assertFalse(write_artefacts(self.folder, {"a.json": b"{}"}, {"runKey": "k", "more": 1}))
        self.assertEqual((self.folder / "marker.json").read_bytes(), before)

    def test_the_folder_of_another_run_key_is_refused(self):
        write_artefacts(self.folder, {}, {"runKey": "k"})
        with self.assertRaisesRegex(TrainingError, "run key k"):
            finished(self.folder, "other")


class TheSpecificationIsChecked(unittest.TestCase):
    def test_each_mistake_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "spec.json"
            for text, reason in [
                ("{", "not a readable specification"),
                ('{"schema": "driftgate-training/9"}', "schema driftgate-training/9"),
                ('{"schema": "driftgate-training/1", "trainer": "magic"}', "no trainer magic"),
            ]:
                path.write_text(text)
                with self.subTest(reason), self.assertRaisesRegex(TrainingError, reason):
                    read_specification(path)


if __name__ == "__main__":
    unittest.main()
