"""Labelled rows of a table: of Parquet files, or of a database, which is copied first."""

from pyspark.sql import functions as F

from training.batches import ROW, batch_of
from training.record import features_text, label_reader
from training.table_columns import check_columns, inside, milliseconds, named, plain, raw_names
from training.table_copy import copied
from training.trainers import CLASSIFICATION
from training.values import BadValue

OUTCOME = f"outcome string, {ROW}"


def read_files(spark, source, spec):
    """Rows of the files of a snapshot with event time in [from, to)."""
    paths = [file["path"] for file in source["files"]]
    return table_rows(spark.read.parquet(*paths), paths[0], source, spec)


def read_jdbc(spark, source, spec):
    """Rows of the copy of a table, which is made where there is none."""
    return table_rows(spark.read.parquet(copied(spark, source, spec)), source["table"], source, spec)


def table_rows(table, name, source, spec):
    """(rows, counts): of several rows with one id the earliest; those without a label are counted and left out."""
    features, columns = spec["features"], source["columns"]
    raw, read = raw_names(features), label_reader(spec.get("task", CLASSIFICATION), spec.get("positive"))
    check_columns(table, name, source, features)

    def parse(batches):
        for batch in batches:
            yield batch_of(OUTCOME, (_outcome(row, raw, features, read) for row in batch.to_pylist()))

    # Under names of their own: a feature may be called as a part is.
    parts = [named(columns["id"]).alias("id"), milliseconds(columns["time"]).alias("time"), plain(table, columns["label"]).alias("label")]
    values = [plain(table, column).alias(f"value {place}") for place, column in enumerate(raw)]
    within = named(columns["time"]).isNull() | inside(columns["time"], source)
    parsed = table.where(within).select(*parts, *values).mapInArrow(parse, OUTCOME).persist()
    found = {row["outcome"]: row["count"] for row in parsed.groupBy("outcome").count().collect()}
    good = parsed.where("outcome = 'row'").groupBy("id")
    first = good.agg(F.min(F.struct("time", "label", "values")).alias("row"))
    rows = first.select("id", "row.time", "row.label", "row.values").persist()
    records = table.count()
    return rows, {
        "records": records,
        "outside": records - sum(found.values()),
        "bad": found.get("bad", 0),
        "unlabelled": found.get("unlabelled", 0),
        "duplicates": found.get("row", 0) - rows.count(),
    }


def _outcome(row, raw, features, read):
    try:
        if row["id"] is None or row["time"] is None:
            raise BadValue("no id or no event time")
        if row["label"] is None:
            return "unlabelled", None, None, None, None
        values = {name: row[f"value {place}"] for place, name in enumerate(raw)}
        return "row", str(row["id"]), row["time"], read(row["label"]), features_text(values, features, row["time"])
    except BadValue:
        return "bad", None, None, None, None
