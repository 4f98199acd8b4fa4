"""Rows and features on standard input -> the binning and the profile that the training job makes of them.

{"features", "rows", "binning": given or null, "parts": how many profiles are counted apart and merged, "segments"}

A row of features that are derived (`from`) holds the raw value of its feature in each of their places; `times` are
the event times of the rows.
"""

import base64
import json
import sys

from training.binning import SCORE, build_binning
from training.derived import derived_value
from training.ecmascript import canonical_json
from training.segmented import Segmented
from training.values import feature_value, kind_of

task = json.load(sys.stdin)
scored = [*task["features"], {"name": SCORE, "type": "numeric"}]
times = task.get("times") or [None] * len(task["rows"])


def value_of(feature, raw, time):
    source = feature.get("from")
    return derived_value(source, raw, time) if source else feature_value(kind_of(feature), raw)


rows = [
    [value_of(each, value, time) for each, value in zip(scored, row, strict=True)]
    for row, time in zip(task["rows"], times, strict=True)
]
columns = [list(column) for column in zip(*rows, strict=True)]
binning = task["binning"] or build_binning("bytes", "1", task["features"], columns, task.get("segments", ()))
merged = Segmented(binning)
for part in range(task["parts"]):
    profile = Segmented(binning)
    profile.add([column[part :: task["parts"]] for column in columns])
    merged.merge(profile)


def text_of(profile):
    return base64.b64encode(profile.encode()).decode()


json.dump(
    {
        "binning": canonical_json(binning),
        "profile": text_of(merged.whole),
        "segments": {name: text_of(profile) for name, profile in merged.segments.items()},
    },
    sys.stdout,
)
