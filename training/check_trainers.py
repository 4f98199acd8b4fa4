"""`python training/check_trainers.py '[["car-loan", "light-gbm", "classification"]]'` -> one line of JSON.

Whether this Python can fit every model as configured: `[["car-loan", "there is no trainer ..."]]`, empty where it can.
"""

import json
import os
import sys

# This folder's `profile` must not hide Python's own: import from the folder above, by package.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from training.failure import TrainingError  # noqa: E402
from training.trainers import TRAINERS, trainer_named  # noqa: E402


def problem(trainer, task):
    """Why there can be no fit; None: there can."""
    if trainer not in TRAINERS:
        return f"there is no trainer {trainer}; there are {', '.join(TRAINERS)}"
    try:
        trainer_named(trainer, None, task)
    except (TrainingError, ImportError) as error:
        return f"{error}"
    return None


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    print(json.dumps([[model, why] for model, trainer, task in asked if (why := problem(trainer, task))]))
