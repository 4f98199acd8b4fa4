"""Values derived of a raw value: parts of a timestamp, the length of a text, a vector's norm and components.

The rules, and every rounding, are those of `formats/derived-value.ts`.
"""

import math
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from training.values import BadValue

DAY = 86_400_000
QUARTER = 900_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = (datetime(1, 1, 2, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)
LATEST = (datetime(9999, 12, 31, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)


def derived_value(source, raw, event):
    """The value under `source`, the `from` of a feature; None when missing. `event`: event time in ms or None."""
    if raw is None:
        return None
    part = source["part"]
    if part == "length":
        return _length(raw)
    if "width" in source:
        return _of_vector(source, _vector(raw, source["width"]))
    time = _time(raw)
    if part == "age":
        return None if event is None else (event - time) / DAY
    return float(_local_part(part, time, source["zone"]))


def _length(raw):
    if not isinstance(raw, str):
        raise BadValue("no text")
    return float(len(raw))


def _time(raw):
    """Whole milliseconds since 1970 UTC."""
    if isinstance(raw, datetime):
        # Of a Parquet file; without a zone it is in UTC.
        raw = ((raw if raw.tzinfo else raw.replace(tzinfo=UTC)) - EPOCH) // timedelta(milliseconds=1)
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise BadValue("no time")
    try:
        if isinstance(raw, str):
            if not INSTANT.fullmatch(raw):
                raise BadValue("no time")
            time = (datetime.fromisoformat(raw) - EPOCH) // timedelta(milliseconds=1)
        else:
            time = math.floor(raw)
    except (ValueError, OverflowError) as error:
        raise BadValue("no time") from error
    if not EARLIEST <= time < LATEST:
        raise BadValue("no time")
    return time


def _local_part(part, time, zone):
    local = EPOCH + timedelta(milliseconds=time) + _offset(zone, time // QUARTER)
    return {"hour": local.hour, "weekday": local.isoweekday(), "day": local.day, "month": local.month}[part]


@cache
def _zone(name):
    return ZoneInfo(name)


def _offset(zone, quarter):
    """Local time minus UTC at the beginning of a quarter of an hour."""
    if zone == "UTC":
        return timedelta()
    return (EPOCH + timedelta(milliseconds=quarter * QUARTER)).astimezone(_zone(zone)).utcoffset()


def _vector(raw, width):
    if not isinstance(raw, (list, tuple)) or len(raw) != width:
        raise BadValue("no array of so many numbers")
    if any(isinstance(value, bool) or not isinstance(value, (int, float)) for value in raw):
        raise BadValue("an array with something else than numbers")
    return [float(value) for value in raw]


def _of_vector(source, values):
    if source["part"] == "norm":
        return _norm(values)
    if source["part"] == "component":
        return values[source["index"]]
    total = 0.0
    for sign, value in zip(_signs(source["index"], source["width"]), values, strict=True):
        total += sign * value
    return total / math.sqrt(source["width"])


def _norm(values):
    if any(math.isnan(value) for value in values):
        return math.nan
    largest = max((abs(value) for value in values), default=0.0)
    if largest == 0 or math.isinf(largest):
        return largest
    total = 0.0
    for value in values:
        total += (value / largest) * (value / largest)
    return largest * math.sqrt(total)


@cache
def _signs(index, width):
    return [_sign(index, at) for at in range(width)]


def _sign(index, at):
    state = ((index + 1) * 0x9E3779B1 + at) & 0xFFFFFFFF
    state = ((state ^ (state >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    state = ((state ^ (state >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return 1.0 if (state ^ (state >> 16)) & 1 else -1.0
