"""Labelled rows, one JSON object a line on standard input, to the Parquet file a first training reads.

`python to_parquet.py FILE < rows`: a row is {"id", "time" (ms since 1970 UTC), "label", "features": {name: value}}.
"""

import json
import sys

import pyarrow as pa
import pyarrow.parquet as pq

rows = [json.loads(line) for line in sys.stdin]
labels = [row["label"] for row in rows]
columns = {
    "id": pa.array([row["id"] for row in rows], pa.string()),
    "time": pa.array([row["time"] for row in rows], pa.timestamp("ms", "UTC")),
    "label": pa.array(labels, pa.int32() if all(label in (0, 1) for label in labels) else pa.float64()),
}
for name in rows[0]["features"]:
    columns[name] = pa.array([row["features"].get(name) for row in rows])
pq.write_table(pa.table(columns), sys.argv[1])
