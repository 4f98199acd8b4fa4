"""Bytes of a record -> the parts of a prediction or a label, by the configured paths."""

import json
import math
import re
from datetime import UTC, datetime, timedelta
from functools import partial

from training.ecmascript import well_formed
from training.derived import derived_value
from training.trainers import CLASSIFICATION, REGRESSION
from training.values import BadValue, category_value, feature_value, json_value, kind_of, spelled_number

DAY = 86_400_000
EARLIEST = 631_152_000_000
LATEST = 253_370_764_800_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
POSITION = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)


class Foreign(Exception):
    """A well-formed record of another model."""


def parse(data):
    """JSON as JavaScript reads it: no NaN or Infinity, numbers are doubles."""
    try:
        record = json.loads(data.decode("utf-8-sig"), parse_int=float, parse_constant=_no_constant)
    except (ValueError, RecursionError, AttributeError) as error:
        raise BadValue("not JSON") from error
    if not isinstance(record, dict):
        raise BadValue("no JSON object")
    return record


def prediction(data, received, model, features, paths, feature_paths=None):
    """(id, event time in ms, feature values as JSON text) of a record that the broker received at `received` ms.

    `feature_paths`: where features are that are not in the section of the features. Raises BadValue or Foreign. What
    is bad is what `formats/json.ts` calls bad.
    """
    record = parse(data)
    named = walk(record, paths["model"])
    if isinstance(named, str) and named != model:
        raise Foreign
    values = walk(record, paths["features"])
    time = instant(record, paths)
    if time > received + DAY:
        raise BadValue("an event time more than a day after its arrival")
    values = values if isinstance(values, dict) else {}
    if feature_paths:
        values = values | {name: walk(record, path) for name, path in feature_paths.items()}
    return identity(record, paths), time, features_text(values, features, time)


def label(row, paths, model, read):
    """(id, event time in ms, what `read` makes of the label, or None where what was said before holds no more) of a record
    with its key and the time at which the broker received it.

    Raises BadValue or Foreign. What is bad is what
    `formats/json-label.ts` calls bad, and a label of no such task.
    """
    if row["value"] is None:
        return withdrawn_by_key(row)
    record = parse(row["value"])
    if "model" in paths:
        named = walk(record, paths["model"])
        if not isinstance(named, str):
            raise BadValue("no model")
        if named != model:
            raise Foreign
    found, time = identity(record, paths), instant(record, paths)
    if "withdrawn" in paths and walk(record, paths["withdrawn"]) is True:
        return found, time, None
    return found, time, read(walk(record, paths["label"]))


def withdrawn_by_key(row):
    """A record without a value, as a compacted topic has it: its key is the prediction id."""
    try:
        key = (row["key"] or b"").decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadValue("a key that is not UTF-8") from error
    if not key or row["received"] < 0:
        raise BadValue("neither a value nor a key, or no time")
    return key, row["received"], None


def class_name(value):
    if isinstance(value, str) and value:
        return value
    if isinstance(value, (bool, int, float)):
        return spelled_number(float(value))
    raise BadValue("no label")


def features_text(values, features, event=None):
    """The row's values in the order of the features, checked, as JSON text: exact, and small to ship."""
    checked = [_value(values, feature, event) for feature in features]
    return json.dumps([json_value(value) for value in checked])


def _value(values, feature, event):
    source = feature.get("from")
    if source is not None:
        return derived_value(source, values.get(source["feature"]), event)
    return feature_value(kind_of(feature), values.get(feature["name"]))


def row_values(text, features):
    """What `features_text` wrote."""
    return [feature_value(kind_of(feature), value) for feature, value in zip(features, json.loads(text), strict=True)]


def label_reader(task=CLASSIFICATION, positive=None):
    """How the value of a label is read: of a regression a number, of classes 0 or 1, of named ones 1 for `positive`."""
    if task == REGRESSION:
        return number_label
    return binary_label if positive is None else partial(_is_class, positive)


def _is_class(positive, value):
    return float(class_name(value) == positive)


def number_label(value):
    if isinstance(value, (bool, int, float)) and math.isfinite(value):
        return float(value)
    raise BadValue("the label is no finite number")


def binary_label(value):
    if isinstance(value, (bool, int, float)) and value in (0, 1):
        return float(value)
    raise BadValue("the label is neither 0 nor 1")


def identity(record, paths):
    value = walk(record, paths["id"])
    if isinstance(value, bool) or not isinstance(value, (str, float)):
        raise BadValue("no id")
    return category_value(value) if isinstance(value, float) else well_formed(value)


def instant(record, paths):
    """Milliseconds since 1970 UTC, from 1990 to 9998."""
    time = milliseconds(walk(record, paths["time"]))
    if not EARLIEST <= time < LATEST:
        raise BadValue("an event time before 1990 or after 9998")
    return time


def milliseconds(value):
    """ISO 8601 with a zone, or milliseconds since 1970 UTC already."""
    try:
        if isinstance(value, float):
            return int(value)
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadValue("no event time") from error
    if time.tzinfo is None:
        raise BadValue("an event time without a zone")
    return (time - EPOCH) // timedelta(milliseconds=1)


def walk(record, path):
    """The member at a dotted path, None when there is none; numbers walk into lists, "" is the record itself."""
    for name in path.split(".") if path else []:
        if isinstance(record, dict):
            record = record.get(name)
        elif isinstance(record, list) and POSITION.fullmatch(name) and int(name) < len(record):
            record = record[int(name)]
        else:
            return None
    return record


def _no_constant(name):
    raise ValueError(name)
