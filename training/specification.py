"""The job's only argument: `trainingSpecSchema` of contracts/training.ts, written by an activity that checked it."""

import json

from training.failure import TrainingError
from training.trainers import CLASSIFICATION, TRAINERS, tasks_of

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
    if (task := spec.get("task", CLASSIFICATION)) not in (known := tasks_of(spec["trainer"])):
        raise TrainingError(f"the trainer {spec['trainer']} knows no {task}, only {', '.join(known)}")
    return spec
