"""A job that cannot succeed says why in one sentence, without a traceback."""


class TrainingFailure(Exception):
    """The sentence is printed as `error: …`, the last line of the job's output, and the job exits 1."""
