"""Plug-in room: a trainer turns rows into a model that is scored outside Python.

A trainer is a class with
- `__init__(features, seed)`: the configured features and the seed of every random choice;
- `fit(rows, labels)`: `rows` a list of lists of feature values (None: missing), `labels` 0 or 1, of a regression numbers;
- `score(rows)`: the probability of label 1 for each row, or the number that is foretold, a list of floats, each as if it
  were asked for alone;
- `export()`: the JSON value of `model.json`, complete: whoever scores it needs nothing else.
A fitted trainer can be pickled, since executors score with it. Same rows, same seed, same bytes, unless `REPEATABLE` is
False. `TASKS`: `classification`, `regression`; the first alone unless said. `OPTIONS`: settings that the constructor takes
beside, by name, `task` among them; none unless said.
"""

from functools import partial
from importlib import import_module

from training.failure import TrainingError

CLASSIFICATION, REGRESSION = "classification", "regression"

TRAINERS = {
    "automl": "automl:AutoMl",
    "command": "command:Command",
    "gradient-boosting": "gradient_boosting:GradientBoosting",
    "light-gbm": "light_gbm:LightGbm",
    "linear-regression": "linear_regression:LinearRegression",
    "logistic-regression": "logistic_regression:LogisticRegression",
    "random-forest": "random_forest:RandomForest",
    "spark-gradient-boosting": "spark_gradient_boosting:SparkGradientBoosting",
    "spark-linear-regression": "spark_linear_regression:SparkLinearRegression",
    "spark-logistic-regression": "spark_logistic_regression:SparkLogisticRegression",
    "spark-random-forest": "spark_random_forest:SparkRandomForest",
}
"""Name -> module and class; a library is loaded only for the trainer that needs it."""


def trainer_class(name):
    module, cls = TRAINERS[name].split(":")
    return getattr(import_module(f"{__name__}.{module}"), cls)


def tasks_of(name):
    """What it can learn."""
    return getattr(trainer_class(name), "TASKS", (CLASSIFICATION,))


def repeatable(name):
    """Whether the same rows and seed give the same bytes."""
    return getattr(trainer_class(name), "REPEATABLE", True)


def trainer_named(name, options=None, task=CLASSIFICATION):
    """The class, with those of the options that it takes; raises where it cannot learn the task."""
    if task not in tasks_of(name):
        raise TrainingError(f"the trainer {name} knows no {task}, only {', '.join(tasks_of(name))}")
    trainer, told = trainer_class(name), {**(options or {}), "task": task}
    taken = {option: value for option, value in told.items() if option in getattr(trainer, "OPTIONS", ())}
    return partial(trainer, **taken) if taken else trainer
