"""Values of a record -> what a numeric or a categorical feature counts. The rules of `profiles/`."""

import math

from training.ecmascript import number_text, well_formed

SPELLED = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
LONGEST_CATEGORY = 256
"""Bytes of UTF-8 that are kept of a category."""


class BadValue(ValueError):
    """The value cannot belong to its feature: the whole record is counted as bad."""


def numeric_value(value):
    """A double, or None when missing. JSON has no NaN, so its three spellings stand for it."""
    if value is None:
        return None
    if isinstance(value, (bool, int, float)):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if isinstance(value, str) and value in SPELLED:
        return SPELLED[value]
    raise BadValue(f"{type(value).__name__} where a number belongs")


def category_value(value):
    """A string of at most 256 bytes, or None when missing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return spelled_number(value)
    if isinstance(value, str):
        return shortened(well_formed(value))
    raise BadValue(f"{type(value).__name__} where a category belongs")


def shortened(text):
    """The first 256 bytes of `text`, cut between two code points."""
    data = text.encode()
    return text if len(data) <= LONGEST_CATEGORY else data[:LONGEST_CATEGORY].decode("utf-8", "ignore")


def spelled_number(value):
    number = numeric_value(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return number_text(number)


def feature_value(kind, value):
    """`value` as the feature of that kind (`numeric` or `categorical`) reads it."""
    return numeric_value(value) if kind == "numeric" else category_value(value)


def kind_of(feature):
    """Numeric or categorical: a boolean is a categorical feature with two categories."""
    return "numeric" if feature["type"] == "numeric" else "categorical"


def json_value(value):
    """A feature value as JSON can carry it: NaN and infinities become their spelling."""
    if isinstance(value, float) and not math.isfinite(value):
        return spelled_number(value)
    return value
