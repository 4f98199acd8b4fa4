"""Columns of a table of labelled rows, as they have to be."""

from pyspark.sql import functions as F
from pyspark.sql import types as T

from training.failure import TrainingError


def raw_names(features):
    """What the features are read from: themselves, or what they are derived of."""
    return list(dict.fromkeys(feature.get("from", {}).get("feature", feature["name"]) for feature in features))


def check_columns(table, name, source, features):
    """Each column is there, and the event time is one."""
    missing = [column for column in columns_of(source, features) if column not in table.columns]
    if missing:
        raise TrainingError(f"TRAINING_TABLE_UNFIT: {name} has no column {', '.join(missing)}")
    column = source["columns"]["time"]
    kind = table.schema[column].dataType
    if not isinstance(kind, (T.TimestampType, T.TimestampNTZType, T.DateType)):
        raise TrainingError(
            f"TRAINING_TABLE_UNFIT: column {column} of {name} is {kind.simpleString()}, and has to be a time"
        )


def columns_of(source, features):
    return list(dict.fromkeys([*source["columns"].values(), *raw_names(features)]))


def milliseconds(column):
    """Since 1970 UTC; of a time without a zone, and of a date, as if it were in UTC."""
    return F.unix_millis(named(column).cast("timestamp"))


def inside(column, source):
    """Whether the event time is in [from, to); of a row without one nothing is known."""
    return (milliseconds(column) >= limit(source["from"])) & (milliseconds(column) < limit(source["to"]))


def limit(text):
    return F.unix_millis(F.lit(text).cast("timestamp"))


def plain(table, column):
    """Numbers of a fixed scale are doubles, as every number of a model is."""
    return named(column).cast("double") if isinstance(table.schema[column].dataType, T.DecimalType) else named(column)


def named(column):
    return F.col("`" + column.replace("`", "``") + "`")
