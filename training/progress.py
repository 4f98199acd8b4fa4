"""What whoever follows the job is told while Spark works: its pages, and how many tasks of its stages are done."""

import threading
import time

from py4j.protocol import Py4JError

EVERY = 2.0
"""Seconds between two looks."""


def tell_progress(context):
    """Prints `page: URL` where Spark has pages, and `tasks: 3 of 12` from now on, whenever that is something else."""
    if context.uiWebUrl is not None:
        print(f"page: {context.uiWebUrl}", flush=True)
    threading.Thread(target=_watch, args=(context.statusTracker(),), daemon=True).start()


def _watch(tracker):
    last = None
    while True:
        try:
            now = tasks(tracker)
        except (Py4JError, OSError):
            # The JVM ends before this thread, and then there is nothing to tell.
            return
        if now is not None and now != last:
            print(f"tasks: {now[0]} of {now[1]}", flush=True)
        last = now
        time.sleep(EVERY)


def tasks(tracker):
    """(done, of) over all stages that run; None: none does."""
    found = [info for each in tracker.getActiveStageIds() if (info := tracker.getStageInfo(each)) is not None]
    if not found:
        return None
    return sum(info.numCompletedTasks for info in found), sum(info.numTasks for info in found)
