"""Sources of a specification -> labelled rows `id, time, label, values`, and what was left out and why."""

from pyspark.sql import functions as F

from training.artefacts import digest_of
from training.batches import ROW, batch_of
from training.broker import broker_options
from training.failure import TrainingError
from training.offsets import read_offsets
from training.record import Foreign, features_text, label, label_reader, prediction
from training.table_columns import limit, raw_names
from training.tables import read_files, read_jdbc
from training.trainers import CLASSIFICATION
from training.values import BadValue

PREDICTION = "partition int, offset bigint, outcome string, id string, time bigint, values string"
LABEL = "partition int, offset bigint, outcome string, id string, time bigint, label double"


def read_source(spark, source, spec):
    """(rows, counts): rows of one source with event time in milliseconds, and its count of every exclusion."""
    return READERS[source["kind"]](spark, source, spec)


def check_files(spec):
    """Every file is still what the specification meant; costs nothing but reading, so it comes first."""
    for source in spec["sources"]:
        for file in source.get("files", [source if source["kind"] == "parquet" else source.get("labels", {})]):
            if "path" in file and (found := digest_of(file["path"])) != file["sha256"]:
                raise TrainingError(f"{file['path']} has digest {found}, not {file['sha256']}")


def read_parquet(spark, source, spec):
    """Labelled rows of a file with the columns id, time, label and one per feature."""
    features, read = spec["features"], label_reader(spec.get("task", CLASSIFICATION), spec.get("positive"))

    def parse(batches):
        for batch in batches:
            yield batch_of(ROW, (_parquet_row(row, features, read) for row in batch.to_pylist()))

    names = [f"`{name}`" for name in raw_names(features)]
    table = spark.read.parquet(source["path"]).withColumn("time", F.expr("unix_millis(CAST(time AS timestamp))"))
    parsed = table.select("id", "time", "label", *names).mapInArrow(parse, ROW).persist()
    rows = parsed.where("values IS NOT NULL")
    records = parsed.count()
    return rows, {"records": records, "bad": records - rows.count()}


def read_kafka(spark, source, spec):
    """Predictions joined with their latest label by prediction id; of several with one id the first counts."""
    broker, features, paths = broker_options(source), spec["features"], spec["paths"]
    model, read = spec["model"], label_reader(spec.get("task", CLASSIFICATION), spec.get("positive"))
    predictions = _parsed(
        read_offsets(spark, broker, **source["predictions"]),
        PREDICTION,
        lambda row: prediction(
            row["value"], row["received"], model, features, paths["predictions"], paths.get("features")
        ),
    )
    records, at = _label_records(spark, broker, source["labels"], paths["labels"])
    labels = _parsed(records, LABEL, lambda row: label(row, at, model, read))
    counts = _outcomes(predictions)
    counts["bad_labels"] = _outcomes(labels)["bad"]

    good = predictions.where("outcome = 'row'")
    first = good.groupBy("id").agg(F.expr("min_by(struct(time, values), struct(partition, offset))").alias("row"))
    unique = first.select("id", "row.time", "row.values").persist()
    latest = (
        labels.where("outcome = 'row'")
        .groupBy("id")
        .agg(F.expr("max_by(label, struct(time, partition, offset))").alias("label"))
    )
    inside = unique.where((F.col("time") >= limit(source["from"])) & (F.col("time") < limit(source["to"])))
    # Of one that was withdrawn and not given anew the latest is none.
    rows = inside.join(latest.where("label IS NOT NULL"), "id").select("id", "time", "label", "values").persist()
    distinct, covered = unique.count(), inside.count()
    return rows, counts | {
        "duplicates": counts.pop("rows") - distinct,
        "outside": distinct - covered,
        "unlabelled": covered - rows.count(),
    }


def _label_records(spark, broker, labels, paths):
    """Records of labels and the paths of their parts: of a topic as configured, of a file under their own names."""
    if "topic" in labels:
        return read_offsets(spark, broker, **labels), paths
    # One holds for each id, so that their order means nothing.
    columns = ("0 AS partition", "0L AS offset", "CAST(NULL AS binary) AS key", "CAST(value AS binary) AS value", "0L AS received")
    return spark.read.text(labels["path"]).selectExpr(*columns), {name: name for name in ("id", "time", "label")}


def _parsed(records, schema, parse):
    """Each record as its position, its outcome (`row`, `foreign` or `bad`) and the three parts that `parse` gives."""

    def convert(batches):
        for batch in batches:
            yield batch_of(schema, (_outcome(row, parse) for row in batch.to_pylist()))

    return records.mapInArrow(convert, schema).persist()


def _outcome(row, parse):
    position = (row["partition"], row["offset"])
    try:
        return *position, "row", *parse(row)
    except Foreign:
        return *position, "foreign", None, None, None
    except BadValue:
        return *position, "bad", None, None, None


def _outcomes(parsed):
    found = {row["outcome"]: row["count"] for row in parsed.groupBy("outcome").count().collect()}
    rows, foreign, bad = (found.get(outcome, 0) for outcome in ("row", "foreign", "bad"))
    return {"records": rows + foreign + bad, "rows": rows, "foreign": foreign, "bad": bad}


def _parquet_row(row, features, read):
    try:
        if row["id"] is None or row["time"] is None:
            raise BadValue("no id or no event time")
        return str(row["id"]), row["time"], read(row["label"]), features_text(row, features, row["time"])
    except BadValue:
        return None, None, None, None


READERS = {"parquet": read_parquet, "kafka": read_kafka, "files": read_files, "jdbc": read_jdbc}
