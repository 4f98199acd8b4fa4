"""CPU microseconds per update of River's streaming detectors; prints one JSON object.

river_speed.py ERRORS NUMBERS: two files of little-endian float64 values. Each detector is fed all values of one, the
slow one only the first of them; the least of three runs counts.
"""

import json
import sys
import time

import numpy as np
from river import drift

errors = [int(x) for x in np.fromfile(sys.argv[1], dtype="<f8")]
numbers = [float(x) for x in np.fromfile(sys.argv[2], dtype="<f8")]

makers = {
    "adwin": (drift.ADWIN, errors),
    "ddm": (drift.binary.DDM, errors),
    "page-hinkley": (drift.PageHinkley, errors),
    "hddm-a": (drift.binary.HDDMA, errors),
    "hddm-w": (drift.binary.HDDMW, errors),
    "kswin": (lambda: drift.KSWIN(seed=1), numbers[:4_000]),
}


def microseconds(make, values):
    detector = make()
    update = detector.update
    began = time.process_time()
    for x in values:
        update(x)
    return (time.process_time() - began) / len(values) * 1e6


print(json.dumps({name: min(microseconds(make, values) for _ in range(3)) for name, (make, values) in makers.items()}))
