"""The time split: the latest rows judge the model and are never trained on."""

from dataclasses import dataclass

from training.failure import TrainingError
from training.trainers import CLASSIFICATION, REGRESSION


@dataclass(frozen=True)
class Rows:
    """Columns of equal length, in the order of event time, then id."""

    ids: list
    times: list
    labels: list
    values: list

    def __len__(self):
        return len(self.ids)

    def take(self, indices):
        return Rows(*([column[index] for index in indices] for column in (self.ids, self.times, self.labels, self.values)))


def sorted_rows(ids, times, labels, values):
    rows = Rows(ids, times, labels, values)
    return rows.take(sorted(range(len(ids)), key=lambda index: (times[index], ids[index])))


def split_by_time(rows, holdout, task=CLASSIFICATION):
    """(training rows, held-out rows, cutoff in ms): the last `holdout` share; equal times stay together."""
    if len(rows) == 0:
        raise TrainingError("there are no labelled rows in this stretch")
    cutoff = rows.times[min(len(rows) - 1, int(len(rows) * (1 - holdout)))]
    training = rows.take([index for index, time in enumerate(rows.times) if time < cutoff])
    held_out = rows.take([index for index, time in enumerate(rows.times) if time >= cutoff])
    for name, part in (("training", training), ("held-out", held_out)):
        if len(set(part.labels)) < 2:
            missing = "hold one number only as their label" if task == REGRESSION else "do not hold both labels"
            raise TrainingError(f"the {len(part)} {name} rows {missing}")
    return training, held_out, cutoff
