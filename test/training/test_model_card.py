import unittest

from training.model_card import model_card
from training.segment_metrics import segment_metrics
from training.split import Rows

FEATURES = [
    {"name": "amount", "type": "numeric"},
    {"name": "reg|ion", "type": "categorical"},
    {"name": "gender", "type": "categorical", "learned": False},
    {"name": "empty", "type": "numeric"},
]
MARCH = 1_709_251_200_000
SPEC = {
    "model": "loan",
    "trainer": "random-forest",
    "seed": 3,
    "features": FEATURES,
    "options": {"timeBudget": 60, "command": ["fit", "--token", "hush"]},
    "sources": [
        {
            "kind": "kafka",
            "predictions": {"topic": "p", "offsets": {"0": ["5", "90"]}},
            "labels": {"path": "/x", "sha256": "abc"},
            "from": "A",
            "to": "B",
        }
    ],
}
BINNING = {
    "features": [{"name": "amount"}, {"name": "reg|ion"}],
    "segments": [{"feature": "reg|ion", "groups": [{"name": name, "categories": [name]} for name in "ab"]}],
}


def rows(values):
    count = len(values)
    return Rows([f"r{index}" for index in range(count)], [MARCH + index * 1000 for index in range(count)], [index % 2 for index in range(count)], values)


TRAINING = rows([[float(index), "ab"[index // 2 % 2], "f", None] for index in range(200)])
HELD_OUT = rows([[float(index), "ab"[index // 2 % 2], "m", None] for index in range(118)] + [[1000.0, "c", "m", 1.0]])


def card(onnx=None, spec=SPEC):
    scores = [0.25 + 0.5 * label for label in HELD_OUT.labels]
    segments = segment_metrics(BINNING, HELD_OUT, scores, "classification")
    counts = [{"records": 85, "bad_labels": 2}]
    return segments, model_card(spec, TRAINING, HELD_OUT, {"rows": 119, "auc": 1.0}, segments, counts, onnx)


class ACardSaysWhatIsKnown(unittest.TestCase):
    def has(self, text, *lines):
        for line in lines:
            with self.subTest(line):
                self.assertIn(line + "\n", text)

    def test_rows_features_and_metrics_are_counted(self):
        segments, text = card()
        # Three of four rows after each other are of one segment, and the last of none: worked out by hand.
        self.assertEqual({name: each["rows"] for name, each in segments.items()}, {"reg|ion=(other)": 1, "reg|ion=a": 60, "reg|ion=b": 58})
        self.assertEqual(segments["reg|ion=a"]["brier"], 0.0625)
        self.has(
            text,
            "- Topic `p` offsets 0: 5 up to 90, from A up to B, labels of a file with SHA-256 `abc`: records 85, bad labels 2.",
            "- Trained on: 200 rows, event time 2024-03-01 00:00:00 UTC to 2024-03-01 00:03:19 UTC, 50.0% of class 1.",
            "| amount | numeric | yes | 0 to 199 | 0.0% |",
            "| reg\\|ion | categorical | yes | 2 categories | 0.0% |",
            "| gender | categorical | no, counted only | 1 categories | 0.0% |",
            "| empty | numeric | yes | no value | 100.0% |",
            "| all | 119 | 1 |",
            "| reg\\|ion=(other) | 1 | - |",
        )

    def test_what_it_cannot_know_is_said(self):
        _, text = card()
        self.has(
            text,
            "- Fewer than 100 held-out rows, so hardly judged: `reg|ion=(other)`, `reg|ion=a`, `reg|ion=b`.",
            "- One label alone among the held-out rows, so not judged: `reg|ion=(other)`.",
            "- It does not read `gender`.",
            "- No training row has a value of `empty`: it learned nothing of them.",
            "- `amount` of 0.8% of the held-out rows: numbers beyond those it was trained on.",
            "- `reg|ion` of 0.8% of the held-out rows: categories it was not trained on, read as missing.",
        )
        self.assertNotIn("may give another model", text)
        automl = card(spec=SPEC | {"trainer": "automl"})[1]
        self.has(automl, "- The trainer `automl` may give another model for the same rows and seed.")

    def test_a_form_that_is_left_out_has_its_reason_and_no_argument_of_a_program_is_told(self):
        self.assertIn("and `model.onnx`, which gives the same scores.", card()[1])
        text = card("NotInOnnx: no tree asks for anything")[1]
        self.has(text, "- Forms: `model.json`, scored as `parity.json` shows; no `model.onnx`: NotInOnnx: no tree asks for anything.")
        self.assertNotIn("hush", text)


if __name__ == "__main__":
    unittest.main()
