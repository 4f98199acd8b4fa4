"""How good a model is on the held-out rows of each segment."""

from training.metrics import metrics
from training.segments import segment_names


def segment_metrics(binning, held_out, scores, task):
    """Name of the segment -> its metrics; of one whose rows have a single label the number of rows alone, nothing can be
    told of it."""
    if "segments" not in binning:
        return {}
    names, members = segment_names(binning), {}
    for index, values in enumerate(held_out.values):
        for name in names([*values, scores[index]]):
            members.setdefault(name, []).append(index)
    return {name: _measured(members[name], held_out.labels, scores, task) for name in sorted(members)}


def _measured(rows, labels, scores, task):
    own = [labels[row] for row in rows]
    return metrics(own, [scores[row] for row in rows], task) if len(set(own)) > 1 else {"rows": len(rows)}
