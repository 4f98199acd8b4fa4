"""The rows of a database table, copied once into the run's folder: a table has no snapshot, a retraining needs one."""

import os
import shutil
from pathlib import Path

from pyspark.sql import functions as F

from training.broker import secret
from training.failure import TrainingError
from training.table_columns import check_columns, columns_of, inside, named

FETCHED = 10_000
"""Rows that the database hands out at once."""


def copied(spark, source, spec):
    """Path of the copy: rows with event time in [from, to). A second run finds that of the first."""
    path = Path(spec["output"]) / copy_name(spec["sources"].index(source))
    if not path.exists():
        table = _opened(spark, source)
        check_columns(table, source["table"], source, spec["features"])
        time = source["columns"]["time"]
        columns = [named(column) for column in columns_of(source, spec["features"])]
        kept = table.where(_near(table, time, source) & inside(time, source)).select(*columns)
        _written_once(kept, path)
    return str(path)


def copy_name(place):
    return f"rows-{place}.parquet"


def copies_of(spec):
    """Names of the copies that a run of this specification leaves."""
    return [copy_name(place) for place, source in enumerate(spec["sources"]) if source["kind"] == "jdbc"]


def _opened(spark, source):
    options = {
        "url": source["url"],
        "driver": source["driver"],
        "dbtable": _table_name(source),
        "user": source["user"],
        "password": secret(source["password"], "retraining.source.password"),
        "fetchsize": str(FETCHED),
        # A time without a zone is in UTC, whatever the zone of this machine.
        "preferTimestampNTZ": "true",
    }
    try:
        return spark.read.format("jdbc").options(**options).load()
    except Exception as error:
        if "ClassNotFoundException" in str(error):
            raise TrainingError(f"the jars of the job (cluster.job.jars) have no driver {source['driver']}") from error
        raise


def _table_name(source):
    """Quoted for PostgreSQL, as `driftgate check` asks for it; of other databases as it is written."""
    if not source["url"].startswith("jdbc:postgresql:"):
        return source["table"]
    return ".".join(f'"{part}"' for part in source["table"].split("."))


def _near(table, time, source):
    """
    What the database itself leaves out, a day to either side: how it reads the time of a condition depends on the zone of
    its session, which is that of this machine.
    """
    kind = table.schema[time].dataType
    start, end = (
        (F.lit(source[name]).cast("timestamp") + F.expr(f"INTERVAL {days} DAY")).cast(kind)
        for name, days in (("from", -1), ("to", 1))
    )
    # Of a date the day itself is in.
    return (named(time) >= start) & (named(time) <= end)


def _written_once(rows, path):
    """As one file, whole or absent; where another run was first, its file stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = path.parent / f".{path.name}.{os.getpid()}"
    try:
        rows.coalesce(1).write.mode("overwrite").parquet(str(folder))
        (part,) = folder.glob("part-*.parquet")
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)
