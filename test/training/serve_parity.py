"""`serve_parity.py FOLDER`: the largest difference between `model.onnx` as served and the scores of `parity.json`."""

import json
import sys
from pathlib import Path

from serve_onnx import Served

folder = Path(sys.argv[1])
parity = json.loads((folder / "parity.json").read_text(encoding="utf-8"))
told = Served((folder / "model.onnx").read_bytes()).score(parity["rows"])
print(max(abs(one - other) / max(1, abs(other)) for one, other in zip(told, parity["scores"], strict=True)))
