"""The edges and categories under which rows are counted, made from training rows.

The algorithm is the one of `profiles/`: both languages make the same binning of the same rows.
"""

import hashlib
import math
from collections import Counter

import numpy as np

from training.ecmascript import canonical_json, code_units
from training.segments import build_segments, segments_fit
from training.values import kind_of

SCORE = "(score)"
"""The model's own score is the last feature of every binning."""
MOST_CELLS = 256
ROWS_PER_CELL = 50
MOST_CATEGORIES = 1000


def build_binning(model, version, features, columns, segments=()):
    """`features` as specified; `columns` one list of values (None: missing) per feature, the score's last."""
    scored = [*features, {"name": SCORE, "type": "numeric"}]
    made = [_feature(feature, column) for feature, column in zip(scored, columns, strict=True)]
    binning = {"schema": "driftgate-binning/1", "model": model, "version": version, "features": made}
    places = {feature["name"]: index for index, feature in enumerate(features)}
    found = build_segments(segments, lambda name: columns[places[name]], _most_frequent)
    return binning | ({"segments": found} if found else {})


def binning_digest(binning):
    """SHA-256 of the canonical JSON, 32 bytes."""
    return hashlib.sha256(canonical_json(binning).encode()).digest()


def fits(binning, features, segments=()):
    """Whether a binning in force has exactly these features and segments, so that a new version may inherit it."""
    wanted = [(feature["name"], kind_of(feature), feature.get("from")) for feature in features]
    found = [(feature["name"], feature["kind"], feature.get("from")) for feature in binning["features"]]
    return found == [*wanted, (SCORE, "numeric", None)] and segments_fit(binning, segments)


def _feature(feature, column):
    name = feature["name"]
    if feature["type"] == "boolean":
        return {"name": name, "kind": "categorical", "categories": ["false", "true"]}
    if feature["type"] == "categorical":
        return {"name": name, "kind": "categorical", "categories": _most_frequent(column, MOST_CATEGORIES)}
    return _numeric(name, column) | {key: feature[key] for key in ("cycle", "from") if key in feature}


def _most_frequent(column, most):
    """The most frequent categories, at most `most`, ties and the result in code-unit order."""
    counts = Counter(value for value in column if value is not None)
    ranked = sorted(counts, key=lambda value: (-counts[value], code_units(value)))
    return sorted(ranked[:most], key=code_units)


def _numeric(name, column):
    values = np.array([math.nan if value is None else value for value in column], dtype=np.float64)
    values = np.sort(values[np.isfinite(values)]) + 0.0
    minimum, maximum = (float(values[0]), float(values[-1])) if len(values) else (0.0, 0.0)
    return {
        "name": name,
        "kind": "numeric",
        "edges": numeric_edges(values).tolist(),
        "minimum": minimum,
        "maximum": maximum,
        "scale": numeric_scale(minimum, maximum),
    }


def numeric_edges(values):
    """Quantile edges of sorted finite values; a point mass v gets the pair v and the next double above."""
    count = len(values)
    if count == 0:
        return np.array([])
    cells = min(MOST_CELLS, max(2, count // ROWS_PER_CELL))
    distinct = np.unique(values)
    if len(distinct) <= cells:
        return np.unique(np.concatenate([distinct, _above(distinct)]))
    ranks = [-(-k * count // cells) - 1 for k in range(1, cells)]
    candidates, repeats = np.unique(values[ranks], return_counts=True)
    masses = candidates[repeats >= 2]
    return np.unique(np.concatenate([candidates, _above(masses)]))


def _above(values):
    """The next doubles above; nothing lies above the largest one."""
    return np.nextafter(values[values < np.finfo(np.float64).max], np.inf)


def numeric_scale(minimum, maximum):
    """The largest s with max(|minimum|, |maximum|) * 2^s <= 2^20, within [-1000, 1000]."""
    largest = max(abs(minimum), abs(maximum))
    if largest == 0:
        return 20
    mantissa, exponent = math.frexp(largest)
    scale = 20 - exponent + (1 if mantissa == 0.5 else 0)
    return max(-1000, min(1000, scale))
