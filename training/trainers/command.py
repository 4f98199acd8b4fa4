"""A program of the team's own: it is given the rows, and leaves a `model.json`.

It runs in a folder of its own on the driver, as `COMMAND… train.jsonl model.json SEED`. Each line of the first file is
`{"label": 0 or 1, of a regression a number, "features": {name: value}}`, null where one is missing; what it is to write is one of the kinds of
`docs/trainers/`. Status 0 says that it is there. It runs six times: for the model, and for the five folds of the
reference. Not for models that none of the kinds can say.
"""

import json
import subprocess
import tempfile
from pathlib import Path

from training.failure import TrainingError
from training.portable import Portable
from training.trainers import CLASSIFICATION, REGRESSION
from training.values import json_value


class Command:
    TASKS = (CLASSIFICATION, REGRESSION)
    OPTIONS = ("command",)

    def __init__(self, features, seed, command=()):
        if not command:
            raise TrainingError("the trainer `command` needs retraining.command")
        self.features, self.seed, self.command = features, seed, list(command)
        self.scorer, self.model = None, None

    def fit(self, rows, labels):
        with tempfile.TemporaryDirectory(prefix="driftgate-") as name:
            folder = Path(name)
            with open(folder / "train.jsonl", "w", encoding="utf-8") as file:
                for row, label in zip(rows, labels, strict=True):
                    file.write(json.dumps({"label": label, "features": self._named(row)}, ensure_ascii=False) + "\n")
            self._run(folder)
            try:
                self.model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise TrainingError(f"{self.command[0]} left no readable model.json: {error}") from error
        self.scorer = Portable(self.model, self.features)

    def score(self, rows):
        return self.scorer.score(rows)

    def export(self):
        return self.model

    def _run(self, folder):
        try:
            ended = subprocess.run(
                [*self.command, "train.jsonl", "model.json", str(self.seed)],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise TrainingError(f"{self.command[0]} cannot be started: {error.strerror}") from error
        print(ended.stdout, end="", flush=True)
        if ended.returncode != 0:
            last = (ended.stdout.strip().splitlines() or ["it said nothing"])[-1]
            raise TrainingError(f"{self.command[0]} ended with status {ended.returncode}: {last}")

    def _named(self, row):
        return {
            feature["name"]: json_value(value) for feature, value in zip(self.features, row, strict=True)
        }
