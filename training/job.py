"""The retraining job: `spark-submit [--master …] [--jars …] training/job.py SPEC.json`.

Exit status 0: the marker is there, from this run or an earlier one of the same run key; 1: the last line says why not.
"""

import ctypes
import os
import signal
import sys
import traceback

if sys.platform == "linux":
    # When the cluster kills the driver's JVM, this process would live on with nobody to stop it.
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL("libc.so.6").prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:
        sys.exit(1)

# This folder's `profile` must not hide Python's own: import from the folder above, by package.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from training.artefacts import finished  # noqa: E402
from training.failure import TrainingError, sentence_of  # noqa: E402
from training.pipeline import stage, train  # noqa: E402
from training.session import open_session  # noqa: E402
from training.sources import check_files  # noqa: E402
from training.specification import read_specification  # noqa: E402


def main(arguments):
    if len(arguments) != 1:
        raise TrainingError("usage: job.py SPEC.json")
    spec = read_specification(arguments[0])
    if finished(spec["output"], spec["runKey"]):
        stage(f"duplicate: run key {spec['runKey']} has ended before")
        return
    check_files(spec)
    stage("starting Spark")
    if not train(open_session(f"driftgate-{spec['runKey']}"), spec):
        stage(f"duplicate: another run of {spec['runKey']} was first")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Exception as error:
        if not isinstance(error, TrainingError):
            traceback.print_exc(file=sys.stdout)
        sentence = error if isinstance(error, TrainingError) else sentence_of(error)
        print(f"TrainingError: {sentence}", flush=True)
        sys.exit(1)
