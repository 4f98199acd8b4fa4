"""Scores of a `model.json`, of whichever kind: what `statistics/portable-model.ts` computes, for many rows at once."""

import numpy as np

from training.failure import TrainingError


class Portable:
    def __init__(self, model, features):
        """`features`: the configured ones, in the order of the values of a row."""
        places = {feature["name"]: place for place, feature in enumerate(features)}
        self.model = model
        try:
            self.kind = model["kind"]
            self.features = [(one, places[one["name"]]) for one in model["features"]]
            if model["schema"] != "driftgate-model/1" or self.kind not in SUMS:
                raise TrainingError(f"model.json is of kind {self.kind}, there are {', '.join(SUMS)}")
            self.link = model.get("link", "logistic" if self.kind == "gradient-boosted-trees" else "identity")
        except KeyError as missing:
            raise TrainingError(f"model.json lacks, or names a feature that is not configured: {missing}") from missing

    def score(self, rows):
        if not rows:
            return []
        inputs = [_inputs(feature, [row[place] for row in rows]) for feature, place in self.features]
        with np.errstate(over="ignore"):
            total = SUMS[self.kind](self.model, inputs, len(rows))
            return (1 / (1 + np.exp(-total)) if self.link == "logistic" else total).tolist()


def _inputs(feature, values):
    """Numbers, NaN where a value is missing; of a category its position."""
    if "categories" not in feature:
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    codes = {category: position for position, category in enumerate(feature["categories"])}
    return np.array([codes.get(value, np.nan) for value in values], dtype=float)


def _linear(model, inputs, count):
    total = np.full(count, float(model["intercept"]))
    for feature, values in zip(model["features"], inputs, strict=True):
        missing = np.isnan(values)
        if "categories" in feature:
            known = np.array([*feature["weights"], 0.0])[np.where(missing, -1, values).astype(int)]
        else:
            known = feature["weight"] * np.clip(np.where(missing, 0, values), feature["low"], feature["high"])
        total += np.where(missing, feature.get("missing", 0), known)
    return total


def _boosted(model, inputs, count):
    return float(model["baseline"]) + _leaves(model, inputs, count)


def _forest(model, inputs, count):
    if model.get("precision") == "single":
        with np.errstate(over="ignore"):
            inputs = [values.astype(np.float32).astype(float) for values in inputs]
    return _leaves(model, inputs, count) / len(model["trees"])


def _leaves(model, inputs, count):
    total = np.zeros(count)
    for tree in model["trees"]:
        waiting = [(0, np.arange(count))]
        while waiting:
            place, rows = waiting.pop()
            node = tree[place]
            if len(node) == 1:
                total[rows] += node[0]
                continue
            feature, split, missing_left, left, right = node
            values = inputs[feature][rows]
            goes = np.isin(values, split) if isinstance(split, list) else values <= float(split)
            goes = np.where(np.isnan(values), bool(missing_left), goes)
            waiting += [(left, rows[goes]), (right, rows[~goes])]
    return total


SUMS = {"linear": _linear, "gradient-boosted-trees": _boosted, "forest": _forest}
