"""CPU seconds of the peers over columns that the bench wrote; prints one JSON object.

speed.py FOLDER scipy|evidently RUNS: the folder holds columns.json and, for each column, reference-I.bin and
current-I.bin with little-endian float64 values or int32 codes. Reading, and for Evidently the making of its
data frames, is not counted.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
columns = json.loads((folder / "columns.json").read_text())


def read(side: str, index: int, kind: str) -> np.ndarray:
    return np.fromfile(folder / f"{side}-{index}.bin", dtype="<f8" if kind == "numeric" else "<i4")


def scipy_runs(runs: int):
    from scipy.stats import chi2_contingency, ks_2samp

    data = [
        (one, read("reference", i, one["kind"]), read("current", i, one["kind"]))
        for i, one in enumerate(columns)
    ]

    def compare(one, reference, current):
        if one["kind"] == "numeric":
            result = ks_2samp(reference, current, method="asymp")
            return [float(result.statistic), float(result.pvalue)]
        size = len(one["categories"])
        table = np.vstack([np.bincount(reference, minlength=size), np.bincount(current, minlength=size)])
        result = chi2_contingency(table[:, table.sum(axis=0) > 0], correction=False)
        return [float(result.statistic), float(result.pvalue)]

    seconds, first, results = [], [], []
    for _ in range(runs):
        began = time.process_time()
        results = []
        for column in data:
            results.append(compare(*column))
            if len(results) == 1:
                first.append(time.process_time() - began)
        seconds.append(time.process_time() - began)
    return {"seconds": seconds, "firstColumn": first, "results": results}


def evidently_runs(runs: int):
    import pandas as pd
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    names = {kind: [c["name"] for c in columns if c["kind"] == kind] for kind in ("numeric", "categorical")}
    definition = DataDefinition(
        numerical_columns=names["numeric"], categorical_columns=names["categorical"]
    )

    def frame(side: str):
        data = {}
        for i, one in enumerate(columns):
            values = read(side, i, one["kind"])
            if one["kind"] == "categorical":
                values = np.array(one["categories"], dtype=object)[values]
            data[one["name"]] = values
        return Dataset.from_pandas(pd.DataFrame(data), data_definition=definition)

    reference, current = frame("reference"), frame("current")
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        Report([DataDriftPreset()]).run(current, reference)
        seconds.append(time.process_time() - began)
    return {"seconds": seconds}


work = {"scipy": scipy_runs, "evidently": evidently_runs}[sys.argv[2]]
print(json.dumps(work(int(sys.argv[3]))))
