"""Rows of Python as Arrow batches, which is how executors hand them to Spark."""

import pyarrow as pa

ROW = "id string, time bigint, label double, values string"
"""Of a labelled row: event time in milliseconds, and what `features_text` makes of its features."""


def batch_of(schema, rows):
    """Tuples -> an Arrow batch with the columns of a Spark schema text."""
    types = {"string": pa.string(), "bigint": pa.int64(), "int": pa.int32(), "double": pa.float64()}
    fields = [tuple(field.split()) for field in schema.split(", ")]
    columns = list(zip(*rows, strict=True)) or [()] * len(fields)
    arrays = [pa.array(column, types[kind]) for column, (_, kind) in zip(columns, fields, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, [name for name, _ in fields])
