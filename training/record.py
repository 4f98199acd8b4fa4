"""Bytes of a record -> the parts of a prediction or a label, by the configured paths."""

import json
from datetime import datetime

from training.values import BadValue, feature_value, json_value, kind_of


class Foreign(Exception):
    """A well-formed record of another model."""


def parse(data):
    """JSON as JavaScript reads it: no NaN or Infinity, numbers are doubles."""
    try:
        return json.loads(data.decode("utf-8", "replace"), parse_int=float, parse_constant=_no_constant)
    except (ValueError, RecursionError, AttributeError) as error:
        raise BadValue("not JSON") from error


def prediction(data, model, features, paths):
    """(id, event time in ms, feature values as JSON text). Raises BadValue or Foreign."""
    record = parse(data)
    if walk(record, paths["model"]) != model:
        raise Foreign
    values = walk(record, paths["features"])
    if not isinstance(values, dict):
        raise BadValue("no features")
    return identity(record, paths), instant(record, paths), features_text(values, features)


def label(data, paths):
    """(id, event time in ms, 0 or 1). Raises BadValue."""
    record = parse(data)
    return identity(record, paths), instant(record, paths), binary_label(walk(record, paths["label"]))


def features_text(values, features):
    """The row's values in the order of the features, checked, as JSON text: exact, and small to ship."""
    checked = [feature_value(kind_of(feature), values.get(feature["name"])) for feature in features]
    return json.dumps([json_value(value) for value in checked])


def row_values(text, features):
    """What `features_text` wrote."""
    return [feature_value(kind_of(feature), value) for feature, value in zip(features, json.loads(text), strict=True)]


def binary_label(value):
    if isinstance(value, (bool, int, float)) and value in (0, 1):
        return int(value)
    raise BadValue("the label is neither 0 nor 1")


def identity(record, paths):
    value = walk(record, paths["id"])
    if isinstance(value, str) and value:
        return value
    raise BadValue("no id")


def instant(record, paths):
    return milliseconds(walk(record, paths["time"]))


def milliseconds(value):
    """ISO 8601 with a zone -> milliseconds since 1970 UTC."""
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BadValue("no event time") from error
    if time.tzinfo is None:
        raise BadValue("an event time without a zone")
    return round(time.timestamp() * 1000)


def walk(record, path):
    """The member at a dotted path, None when there is none."""
    for name in path.split("."):
        if not isinstance(record, dict):
            return None
        record = record.get(name)
    return record


def _no_constant(name):
    raise ValueError(name)
