"""The job's only argument: `trainingSpecSchema` of contracts/training.ts, written by an activity that checked it."""

import json

from training.failure import TrainingError
from training.trainers import CLASSIFICATION, TRAINERS, trainer_named

SCHEMA = "driftgate-training/1"


def read_specification(path):
    try:
        with open(path, encoding="utf-8") as file:
            spec = json.load(file)
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} is not a readable specification: {error}") from error
    if spec.get("schema") != SCHEMA:
        raise TrainingError(f"{path} has schema {spec.get('schema')}, this job reads {SCHEMA}")
    if spec["trainer"] not in TRAINERS:
        raise TrainingError(f"there is no trainer {spec['trainer']}; there are {', '.join(TRAINERS)}")
    # Refuses a task that it does not know.
    trainer_named(spec["trainer"], spec.get("options"), spec.get("task", CLASSIFICATION))
    return spec
