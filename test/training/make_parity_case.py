"""Prints the stored cases of `test/statistics/portable-model-parity.test.ts`: a small model of each trainer, and its scores.

`PYTHONPATH=. python test/training/make_parity_case.py > test/goldens/portable-models.json`
"""

import json
import random
import sys

from training.trainers import trainer_named
from training.values import json_value

FIXED = ["gradient-boosting", "light-gbm", "logistic-regression", "random-forest"]
"""The others give models of the same kinds."""
features = [
    {"name": "amount", "type": "numeric"},
    {"name": "region", "type": "categorical"},
    {"name": "known", "type": "boolean"},
]
source = random.Random(17)


def row():
    amount = source.choice([None, source.gauss(0, 1), source.gauss(0, 1), float("inf")])
    return [amount, source.choice(["east", "süd", "west", None]), source.choice(["true", "false"])]


rows = [row() for _ in range(400)]
labels = [int((r[0] or 0.5) + (r[1] == "süd") - (r[2] == "true") + source.gauss(0, 1) > 0) for r in rows]
asked = [*(row() for _ in range(60)), [float("nan"), "atlantis", None], [float("-inf"), "", "maybe"]]


def case(trainer):
    model = trainer(features, 1)
    model.fit(rows, labels)
    return {"model": model.export(), "scores": model.score(asked)}


told = [dict(zip(("amount", "region", "known"), map(json_value, r), strict=True)) for r in asked]
cases = {"rows": told, "models": {name: case(trainer_named(name)) for name in FIXED}}
json.dump(cases, sys.stdout, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
