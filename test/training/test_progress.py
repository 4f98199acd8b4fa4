"""How far Spark has come, as whoever follows a job is told: on a Spark of this machine."""

import contextlib
import io
import re
import threading
import time
import unittest

from pyspark.sql import SparkSession

from training import progress


class SparkTellsHowFarItIs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        builder = SparkSession.builder.master("local[2]").config("spark.ui.port", "0")
        builder = builder.config("spark.ui.showConsoleProgress", "false")
        cls.spark = builder.getOrCreate()
        cls.addClassCleanup(cls.spark.stop)

    def test_tasks_of_stages_that_run(self):
        context = self.spark.sparkContext
        tracker = context.statusTracker()
        self.assertIsNone(progress.tasks(tracker))
        slow = context.parallelize(range(6), 6).map(lambda _: time.sleep(0.5))
        work = threading.Thread(target=slow.count)
        work.start()
        seen = set()
        while work.is_alive():
            seen.add(progress.tasks(tracker))
            time.sleep(0.05)
        done = [each[0] for each in seen if each is not None]
        self.assertEqual({each[1] for each in seen if each is not None}, {6})
        self.assertTrue(any(0 < each < 6 for each in done), seen)

    def test_the_pages_of_spark(self):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            progress.tell_progress(self.spark.sparkContext)
        self.assertRegex(printed.getvalue(), re.compile(r"^page: http://\S+:\d+$", re.MULTILINE))


if __name__ == "__main__":
    unittest.main()
