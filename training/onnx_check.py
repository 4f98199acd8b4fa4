"""Whether a `model.onnx` scores as the trainer does: what differs is not shipped."""

import numpy as np
import onnxruntime

from training.onnx_form import missing_category
from training.values import kind_of

TOLERANCE = 1e-6
"""Largest difference of a score, of one above 1 the share of it: a class is the same unless the score is that near its cut."""


def onnx_scores(data, model, features, rows):
    """What onnxruntime makes of rows of feature values."""
    session = onnxruntime.InferenceSession(data, _options(), providers=["CPUExecutionProvider"])
    return session.run(None, onnx_inputs(model, features, rows))[0].ravel().tolist()


def onnx_inputs(model, features, rows):
    """Input -> values, one row each; what is missing as the form has it."""
    places = {feature["name"]: place for place, feature in enumerate(features)}
    absent = missing_category(model)
    fed = {}
    for feature in model["features"]:
        values = [row[places[feature["name"]]] for row in rows]
        if "categories" in feature:
            column = np.array([absent if value is None else value for value in values], dtype=object)
        else:
            column = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        fed[feature["name"]] = column.reshape(-1, 1)
    return fed


def strange_rows(features):
    """What held-out rows may lack: everything missing, numbers without bound, a category that nobody has seen."""
    numbers = (None, float("nan"), float("inf"), float("-inf"), 1e300)
    return [
        [number if kind_of(feature) == "numeric" else (None if number is None else "\ufffd unseen") for feature in features]
        for number in numbers
    ]


def largest_difference(told, scores):
    """Of a score above 1 the share of it; NaN where one is."""
    own = np.asarray(scores)
    return float(np.max(np.abs(np.asarray(told) - own) / np.maximum(1, np.abs(own))))


def _options():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Errors alone: what it warns of, the job says itself.
    options.log_severity_level = 3
    return options
