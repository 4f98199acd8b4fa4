"""The PySpark retraining job: `job.py` is its entry, every other file one part of it."""

import os

# Numerical libraries read this when they are loaded. One thread a process: Spark places one task on a core, and
# threads that wait by spinning slow a busy machine down manifold. Set it higher where the driver has cores of its own.
os.environ.setdefault("OMP_NUM_THREADS", "1")
