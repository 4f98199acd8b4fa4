"""The PySpark retraining job: `job.py` is its entry, every other file one part of it."""
