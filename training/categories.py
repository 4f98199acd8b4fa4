"""Categories of training rows as numbers: the most frequent ones, in the order in which JavaScript sorts them."""

from collections import Counter

from training.ecmascript import code_units


def codes_of(values, most):
    """Category -> position, of at most `most` categories."""
    counts = Counter(value for value in values if value is not None)
    ranked = sorted(counts, key=lambda value: (-counts[value], code_units(value)))
    kept = sorted(ranked[:most], key=code_units)
    return {category: position for position, category in enumerate(kept)}
