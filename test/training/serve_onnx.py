"""A server of `model.onnx` that knows nothing but the file and the documented page: named inputs, NaN, text."""

import math

import numpy as np
import onnxruntime


class Served:
    def __init__(self, data):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        self.inputs = {each.name: each for each in self.session.get_inputs()}
        self.missing = self.session.get_modelmeta().custom_metadata_map["driftgate.missing"]

    def score(self, records):
        """`records`: name -> value, as a prediction log has them."""
        fed = {name: self._column(each, [record[name] for record in records]) for name, each in self.inputs.items()}
        (score,) = self.session.run(None, fed)
        assert score.dtype == np.float64 and score.shape == (len(records), 1)
        return score[:, 0].tolist()

    def _column(self, each, values):
        assert each.shape[1:] == [1], each.shape
        if each.type == "tensor(string)":
            column = np.array([self.missing if value is None else value for value in values], dtype=object)
        else:
            assert each.type == "tensor(double)", each.type
            column = np.array([math.nan if value is None else value for value in values])
        return column[:, None]
