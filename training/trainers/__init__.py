"""Plug-in room: a trainer turns rows into a model that is scored outside Python.

A trainer is a class with
- `__init__(features, seed)`: the configured features and the seed of every random choice;
- `fit(rows, labels)`: `rows` a list of lists of feature values (None: missing), `labels` 0 or 1;
- `score(rows)`: the probability of label 1 for each row, a list of floats, each as if it were asked for alone;
- `export()`: the JSON value of `model.json`, complete: whoever scores it needs nothing else.
A fitted trainer can be pickled, since executors score with it. Same rows, same seed, same bytes, unless `REPEATABLE` is
False. `OPTIONS`: settings that the constructor takes beside, by name; none unless said.
"""

from functools import partial
from importlib import import_module

TRAINERS = {
    "automl": "automl:AutoMl",
    "command": "command:Command",
    "gradient-boosting": "gradient_boosting:GradientBoosting",
    "light-gbm": "light_gbm:LightGbm",
    "logistic-regression": "logistic_regression:LogisticRegression",
    "random-forest": "random_forest:RandomForest",
    "spark-gradient-boosting": "spark_gradient_boosting:SparkGradientBoosting",
    "spark-logistic-regression": "spark_logistic_regression:SparkLogisticRegression",
    "spark-random-forest": "spark_random_forest:SparkRandomForest",
}
"""Name -> module and class; a library is loaded only for the trainer that needs it."""


def trainer_named(name, options=None):
    """The class, with those of the options that it takes."""
    module, cls = TRAINERS[name].split(":")
    trainer = getattr(import_module(f"{__name__}.{module}"), cls)
    taken = {option: value for option, value in (options or {}).items() if option in getattr(trainer, "OPTIONS", ())}
    return partial(trainer, **taken) if taken else trainer
