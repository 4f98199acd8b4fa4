"""The Spark session of the job, with this package shipped to its executors."""

import os
import tempfile
import zipfile
from pathlib import Path

from pyspark.sql import SparkSession

from training.progress import tell_progress

PACKAGE = Path(__file__).parent


def open_session(name):
    """Master, memory and jars come from spark-submit; times are UTC whatever the machine's zone."""
    spark = (
        SparkSession.builder.appName(name)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", os.environ.get("DRIFTGATE_SHUFFLE_PARTITIONS", "4"))
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("WARN")
    tell_progress(spark.sparkContext)
    spark.sparkContext.addPyFile(_archive())
    return spark


def _archive():
    """Executors import `training` from this archive; the driver's own folder may not exist there."""
    path = Path(tempfile.mkdtemp(prefix="driftgate-")) / "training.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(PACKAGE.rglob("*.py")):
            archive.write(file, Path("training") / file.relative_to(PACKAGE))
    return str(path)
