"""What a model is known not to know, each in a sentence of its card."""

from training.learned import is_learned
from training.trainers import repeatable
from training.values import kind_of

FEW = 100
"""Below so many rows a share is uncertain by a tenth: 1.96 * sqrt(0.25 / 100)."""


def known_limits(spec, training, held_out, segments):
    limits = [
        "Judged on rows up to the last one named above: what came later it has not been held against.",
        *_few(held_out, segments),
        *_unlearned(spec["features"], training),
        *_beyond(spec["features"], training, held_out),
    ]
    if not repeatable(spec["trainer"]):
        limits.append(f"The trainer `{spec['trainer']}` may give another model for the same rows and seed.")
    return limits


def _few(held_out, segments):
    if len(held_out) < FEW:
        yield f"Only {len(held_out)} rows judge it: every metric above is uncertain."
    few = [name for name, each in segments.items() if each["rows"] < FEW]
    if few:
        yield f"Fewer than {FEW} held-out rows, so hardly judged: {_named(few)}."
    single = [name for name, each in segments.items() if len(each) == 1]
    if single:
        yield f"One label alone among the held-out rows, so not judged: {_named(single)}."


def _unlearned(features, training):
    counted = [feature["name"] for feature in features if not is_learned(feature)]
    if counted:
        yield f"It does not read {_named(counted)}."
    empty = [
        feature["name"]
        for place, feature in enumerate(features)
        if is_learned(feature) and not any(row[place] is not None and row[place] == row[place] for row in training.values)
    ]
    if empty:
        yield f"No training row has a value of {_named(empty)}: it learned nothing of them."


def _beyond(features, training, held_out):
    """What held-out rows had that training rows had not: more of it will come."""
    for place, feature in enumerate(features):
        if not is_learned(feature):
            continue
        seen = {row[place] for row in training.values if row[place] is not None and row[place] == row[place]}
        later = [row[place] for row in held_out.values if row[place] is not None and row[place] == row[place]]
        if not seen or not later:
            continue
        if kind_of(feature) == "numeric":
            low, high = min(seen), max(seen)
            count, what = sum(not low <= value <= high for value in later), "numbers beyond those it was trained on"
        else:
            count, what = sum(value not in seen for value in later), "categories it was not trained on, read as missing"
        if count:
            yield f"`{feature['name']}` of {count / len(held_out):.1%} of the held-out rows: {what}."


def _named(names):
    shown = ", ".join(f"`{name}`" for name in names[:10])
    return shown if len(names) <= 10 else f"{shown} and {len(names) - 10} more"
