"""Feature values -> columns of numbers without gaps, for trainers that take nothing else.

A numeric feature is two columns: the value, cut off at the ends that the training rows had and their mean where it is
missing, and whether it is missing. A categorical one is a column for each of its most frequent categories, none of
which is 1 where the value is missing or another one. What a trainer learns of the columns is said of the features again
by `linear_model` and by `split_of`, so that whoever scores a model needs no encoding.
"""

import math
from dataclasses import dataclass

import numpy as np

from training.categories import codes_of
from training.failure import TrainingError
from training.values import kind_of

MOST_CATEGORIES = 64


@dataclass(frozen=True)
class Numeric:
    feature: dict
    place: int
    low: float
    high: float
    mean: float


@dataclass(frozen=True)
class Categorical:
    feature: dict
    place: int
    codes: dict


class Encoding:
    def __init__(self, features, rows):
        described = (_described(feature, place, rows) for place, feature in enumerate(features))
        self.features = [one for one in described if one is not None]
        if not self.features:
            raise TrainingError("no feature has a value in any training row")
        self.columns = [
            (index, part)
            for index, one in enumerate(self.features)
            for part in (("value", "missing") if isinstance(one, Numeric) else range(len(one.codes)))
        ]
        """What each column is: position of the feature, and its part or the number of a category."""

    def matrix(self, rows):
        """One row of doubles for each row of feature values."""
        filled = np.zeros((len(rows), len(self.columns)))
        for column, (index, part) in enumerate(self.columns):
            one = self.features[index]
            values = [row[one.place] for row in rows]
            if isinstance(one, Categorical):
                filled[:, column] = [one.codes.get(value) == part for value in values]
            elif part == "missing":
                filled[:, column] = [not _present(value) for value in values]
            else:
                filled[:, column] = [
                    min(max(value, one.low), one.high) if _present(value) else one.mean for value in values
                ]
        return filled

    def weighted_sum(self, rows, intercept, weights):
        """Of each row the sum over its columns; column by column, so that a row is scored alone as in any batch."""
        total = np.full(len(rows), float(intercept))
        for column, weight in zip(self.matrix(rows).T, weights, strict=True):
            total += column * weight
        return total

    def linear_model(self, intercept, weights, link):
        """`model.json` of a sum over the columns."""
        told = [_linear(one) for one in self.features]
        for (index, part), weight in zip(self.columns, weights, strict=True):
            entry = told[index]
            if part == "value":
                entry["weight"] = float(weight)
            elif part == "missing":
                # Where it is missing, the column of values holds the mean.
                entry["missing"] = float(weight)
            else:
                entry["weights"].append(float(weight))
        for entry in told:
            if "weight" in entry:
                entry["missing"] += entry["weight"] * entry["mean"]
                del entry["mean"]
        return {
            "schema": "driftgate-model/1",
            "kind": "linear",
            "link": link,
            "features": told,
            "intercept": float(intercept),
        }

    def named_features(self):
        """`features` of a `model.json` of trees."""
        return [
            _named(one) | ({"categories": list(one.codes)} if isinstance(one, Categorical) else {})
            for one in self.features
        ]

    def split_of(self, column, threshold, number=float):
        """
        `[feature, threshold or left categories, missing left]` of: left where the column is not above the threshold;
        `number` is how the trainer keeps what it compares.
        """
        index, part = self.columns[column]
        one = self.features[index]
        if isinstance(one, Categorical):
            # A column is 0 or 1: whatever else goes left, missing and unknown values too.
            return [index, [code for code in range(len(one.codes)) if code != part], 1]
        if part == "missing":
            return [index, "Infinity", 0]
        return [index, float(threshold), int(number(one.mean) <= threshold)]


def _described(feature, place, rows):
    values = [row[place] for row in rows]
    if kind_of(feature) != "numeric":
        codes = codes_of(values, MOST_CATEGORIES)
        return Categorical(feature, place, codes) if codes else None
    finite = [value for value in values if _present(value) and math.isfinite(value)]
    if not finite:
        return None
    # Exactly rounded, in whatever order the rows come.
    mean = math.fsum(value / len(finite) for value in finite)
    return Numeric(feature, place, min(finite), max(finite), mean)


def _linear(one):
    if isinstance(one, Categorical):
        return _named(one) | {"categories": list(one.codes), "weights": []}
    return _named(one) | {"low": one.low, "high": one.high, "mean": one.mean}


def _named(one):
    return {"name": one.feature["name"], "type": one.feature["type"]}


def _present(value):
    return value is not None and value == value
