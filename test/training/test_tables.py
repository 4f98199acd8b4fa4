import datetime
import os
import sys
import tempfile
import unittest
from decimal import Decimal
from pathlib import Path

from pyspark.sql import SparkSession

from training.artefacts import digest_of
from training.failure import TrainingError
from training.record import row_values
from training.sources import check_files, read_source
from training.table_copy import _written_once

FEATURES = [
    {"name": "amount", "type": "numeric"},
    {"name": "time", "type": "categorical"},
    {"name": "hour", "type": "numeric", "from": {"feature": "asked", "part": "hour", "zone": "UTC"}},
]
COLUMNS = "key string, at timestamp, outcome int, amount decimal(12,2), time string, asked timestamp"
NOON = datetime.datetime(2024, 1, 1, 12, tzinfo=datetime.UTC)


def row(key, minutes=0, outcome=1, amount="1.25", time="late"):
    at = NOON + datetime.timedelta(minutes=minutes)
    return key, at, outcome, Decimal(amount) if amount else None, time, NOON


class RowsOfATable(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.environ["PYSPARK_PYTHON"] = sys.executable
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.ui.showConsoleProgress", "false")
        cls.spark = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
        cls.addClassCleanup(cls.spark.stop)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def source(self, rows, columns=COLUMNS, **changed):
        path = self.folder / "rows.parquet"
        self.spark.createDataFrame(rows, columns).coalesce(1).write.parquet(str(self.folder / "written"))
        (part,) = (self.folder / "written").glob("part-*.parquet")
        part.rename(path)
        named = {"id": "key", "time": "at", "label": "outcome"}
        files = [{"path": str(path), "sha256": digest_of(path)}]
        limits = {"from": "2024-01-01T12:00:00.000Z", "to": "2024-01-01T12:10:00.000Z"}
        return {"kind": "files", "files": files, "columns": named} | limits | changed

    def read(self, source, **spec):
        rows, counts = read_source(self.spark, source, {"features": FEATURES} | spec)
        return {each["id"]: (each["time"], each["label"], row_values(each["values"], FEATURES)) for each in rows.collect()}, counts

    def test_only_those_of_the_time_with_a_label_and_each_id_once(self):
        rows = [
            row("a"),
            row("b", 9.999),
            row("to", 10),
            row("before", -0.001),
            row("open", 1, outcome=None),
            row("twice", 5, amount="7"),
            row("twice", 4, amount="8"),
            row("odd", 1, outcome=3),
            row(None, 1),
            row("none", 1, amount=None, time=None),
        ]
        found, counts = self.read(self.source(rows))
        self.assertEqual(counts, {"records": 10, "outside": 2, "bad": 2, "unlabelled": 1, "duplicates": 1})
        self.assertEqual(sorted(found), ["a", "b", "none", "twice"])
        # A feature may be called as a part of the row is, and a number of a fixed scale is a number.
        self.assertEqual(found["a"], (1_704_110_400_000, 1.0, [1.25, "late", 12.0]))
        self.assertEqual(found["twice"][2][0], 8.0)
        self.assertEqual(found["none"][2], [None, None, 12.0])

    def test_a_column_that_is_not_there_is_named(self):
        source = self.source([row("a")], columns=COLUMNS.replace("amount", "sum"))
        with self.assertRaisesRegex(TrainingError, "^TRAINING_TABLE_UNFIT: .* has no column amount$"):
            self.read(source)

    def test_a_time_that_is_none_is_refused(self):
        source = self.source([row("a")])
        source["columns"] = source["columns"] | {"time": "time"}
        with self.assertRaisesRegex(TrainingError, "column time of .* is string, and has to be a time"):
            self.read(source)

    def test_files_that_changed_since_are_refused(self):
        source = self.source([row("a")])
        check_files({"sources": [source]})
        with open(source["files"][0]["path"], "ab") as file:
            file.write(b" ")
        with self.assertRaisesRegex(TrainingError, "has digest"):
            check_files({"sources": [source]})

    def test_a_copy_is_made_once_and_the_first_stays(self):
        path = self.folder / "run" / "rows-0.parquet"
        for amount in ("1", "2"):
            _written_once(self.spark.createDataFrame([row("a", amount=amount)], COLUMNS), path)
        self.assertEqual([each["amount"] for each in self.spark.read.parquet(str(path)).collect()], [Decimal("1.00")])
        self.assertEqual([each.name for each in path.parent.iterdir()], ["rows-0.parquet"])


if __name__ == "__main__":
    unittest.main()
