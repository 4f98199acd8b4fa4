import json
import pickle
import random
import unittest
from pathlib import Path

from training.trainers import TRAINERS

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


class EveryTrainerKeepsTheContract(unittest.TestCase):
    def test_it(self):
        rows, labels = sample(2_000)
        for name, trainer in TRAINERS.items():
            with self.subTest(name):
                model = trainer(FEATURES, 3)
                model.fit(rows, labels)
                scores = model.score(rows)
                self.assertTrue(all(0 <= score <= 1 for score in scores))
                self.assertGreater(
                    sum(score for score, label in zip(scores, labels, strict=True) if label) / sum(labels),
                    sum(scores) / len(scores),
                )
                # Rows are scored one by one as in any batch, also by a copy on an executor.
                copy = pickle.loads(pickle.dumps(model))
                self.assertEqual([copy.score([row])[0] for row in rows[:50]], scores[:50])
                again = trainer(FEATURES, 3)
                again.fit(rows, labels)
                self.assertEqual(_text(again.export()), _text(model.export()))
                self.assertTrue(Path(f"docs/trainers/{name}.md").exists())


def _text(model):
    return json.dumps(model, allow_nan=False)


if __name__ == "__main__":
    unittest.main()
