"""Rows and features on standard input -> the binning and the profile that the training job makes of them.

{"features", "rows", "binning": given or null, "parts": how many profiles are counted apart and merged}
"""

import base64
import json
import sys

from training.binning import SCORE, build_binning
from training.ecmascript import canonical_json
from training.profile import Profile
from training.values import feature_value, kind_of

task = json.load(sys.stdin)
scored = [*task["features"], {"name": SCORE, "type": "numeric"}]
rows = [[feature_value(kind_of(each), value) for each, value in zip(scored, row, strict=True)] for row in task["rows"]]
columns = [list(column) for column in zip(*rows, strict=True)]
binning = task["binning"] or build_binning("bytes", "1", task["features"], columns)
merged = Profile(binning)
for part in range(task["parts"]):
    profile = Profile(binning)
    profile.add([column[part :: task["parts"]] for column in columns])
    merged.merge(profile)
json.dump(
    {"binning": canonical_json(binning), "profile": base64.b64encode(merged.encode()).decode()},
    sys.stdout,
)
