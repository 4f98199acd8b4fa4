"""Plug-in room: a trainer turns rows into a model that is scored outside Python.

A trainer is a class with
- `__init__(features, seed)`: the configured features and the seed of every random choice;
- `fit(rows, labels)`: `rows` a list of lists of feature values (None: missing), `labels` 0 or 1;
- `score(rows)`: the probability of label 1 for each row, a list of floats;
- `export()`: the JSON value of `model.json`, complete: whoever scores it needs nothing else.
A fitted trainer can be pickled, since executors score with it. Same rows, same seed, same bytes.
"""

from training.trainers.gradient_boosting import GradientBoosting
from training.trainers.logistic_regression import LogisticRegression
from training.trainers.random_forest import RandomForest

TRAINERS = {
    "gradient-boosting": GradientBoosting,
    "logistic-regression": LogisticRegression,
    "random-forest": RandomForest,
}
