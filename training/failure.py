"""A job that fails says why in one sentence: `TrainingError: …` is the last line of its output, and it exits 1."""

import re


class TrainingError(Exception):
    """A failure whose sentence says everything; no traceback is printed."""


LOST = re.compile(r"Could not read records in offset (\[\d+, \d+\)) for topic partition (\S+)")


def sentence_of(error):
    """What to say of any exception, those of the JVM included."""
    text = str(error)
    if lost := LOST.search(text):
        return f"records of {lost[2]} in {lost[1]} are lost: retention removed them before the job read them"
    lines = [line for line in text.splitlines() if line and not line.startswith("An error occurred while calling")]
    return f"{type(error).__name__}: {lines[0].lstrip(': ') if lines else 'no message'}"
