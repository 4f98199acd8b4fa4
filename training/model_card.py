"""`model-card.md`: what a person has to know of a model before it is used, in the words of the run that made it.

It names no run key and no time of writing, so that the same rows give the same card.
"""

from datetime import UTC, datetime

from training.card_limits import known_limits
from training.learned import is_learned
from training.trainers import CLASSIFICATION, REGRESSION, repeatable
from training.values import kind_of


def model_card(spec, training, held_out, measured, segments, counts, onnx):
    """The text; `onnx` is None where `model.onnx` is there, and why it is not otherwise."""
    limits = known_limits(spec, training, held_out, segments)
    parts = [
        f"# {_cell(spec['model'])}\n",
        _model(spec, onnx),
        _data(spec, training, held_out, counts),
        _features(spec["features"], training),
        _metrics(measured, segments),
        "## Known limits\n\n" + "".join(f"- {limit}\n" for limit in limits),
    ]
    return "\n".join(parts)


def _model(spec, onnx):
    options = {name: value for name, value in (spec.get("options") or {}).items() if name in ("timeBudget",)}
    same = "the same rows and seed give the same model" if repeatable(spec["trainer"]) else "not repeatable to the last digit"
    lines = [
        f"- Trainer `{spec['trainer']}`, seed {spec['seed']}: {same}.",
        f"- Task: {spec.get('task', CLASSIFICATION)}" + (f", class `{spec['positive']}`" if "positive" in spec else "") + ".",
        *(f"- Option `{name}`: {value}." for name, value in sorted(options.items())),
        "- Forms: `model.json`, scored as `parity.json` shows"
        + (", and `model.onnx`, which gives the same scores." if onnx is None else f"; no `model.onnx`: {onnx}."),
    ]
    return "## Model\n\n" + "\n".join(lines) + "\n"


def _data(spec, training, held_out, counts):
    lines = [f"- {_source(source)}: {_counts(count)}." for source, count in zip(spec["sources"], counts, strict=True)]
    lines += [
        f"- {name}: {len(rows):,} rows, event time {_time(rows.times[0])} to {_time(rows.times[-1])}, {_labels(rows, spec)}."
        for name, rows in (("Trained on", training), ("Judged on later rows", held_out))
    ]
    return "## Data\n\n" + "\n".join(lines) + "\n"


def _source(source):
    if source["kind"] == "parquet":
        return f"File with SHA-256 `{source['sha256']}`"
    if source["kind"] in ("files", "jdbc"):
        return f"{_table(source)}, from {source['from']} up to {source['to']}"
    told = f"Topic `{source['predictions']['topic']}` {_offsets(source['predictions']['offsets'])}, from {source['from']} up to {source['to']}"
    labels = source["labels"]
    if "topic" in labels:
        return f"{told}, labels of topic `{labels['topic']}` {_offsets(labels['offsets'])}"
    return f"{told}, labels of a file with SHA-256 `{labels['sha256']}`"


def _table(source):
    if source["kind"] == "files":
        digests = [f"`{file['sha256']}`" for file in source["files"]]
        return f"Parquet files with SHA-256 {', '.join(digests[:10])}" + (" and more" if len(digests) > 10 else "")
    return f"Table `{source['table']}`, copied beside the marker, which has the digest"


def _offsets(offsets):
    return "offsets " + ", ".join(f"{partition}: {start} up to {end}" for partition, (start, end) in sorted(offsets.items()))


def _counts(count):
    return ", ".join(f"{name.replace('_', ' ')} {number:,}" for name, number in count.items())


def _labels(rows, spec):
    mean = sum(rows.labels) / len(rows)
    if spec.get("task", CLASSIFICATION) == REGRESSION:
        return f"label {min(rows.labels):.6g} to {max(rows.labels):.6g}, mean {mean:.6g}"
    return f"{mean:.1%} of class 1"


def _features(features, training):
    table = ["| feature | type | read by the model | training rows | missing |", "| --- | --- | --- | --- | --- |"]
    for place, feature in enumerate(features):
        values = [row[place] for row in training.values]
        present = [value for value in values if value is not None and value == value]
        missing = 1 - len(present) / len(values)
        read = "yes" if is_learned(feature) else "no, counted only"
        table.append(f"| {_cell(feature['name'])} | {feature['type']} | {read} | {_range(feature, present)} | {missing:.1%} |")
    return "## Features\n\n" + "\n".join(table) + "\n"


def _range(feature, present):
    if not present:
        return "no value"
    if kind_of(feature) == "numeric":
        return f"{min(present):.6g} to {max(present):.6g}"
    return f"{len(set(present)):,} categories"


def _metrics(measured, segments):
    names = [name for name in measured if name != "rows"]
    table = [f"| rows of | rows | {' | '.join(name.replace('_', ' ') for name in names)} |", "| --- " * (len(names) + 2) + "|"]
    for name, each in [("all", measured), *segments.items()]:
        numbers = (f"{each[metric]:.4g}" if metric in each else "-" for metric in names)
        table.append(f"| {_cell(name)} | {each['rows']:,} | {' | '.join(numbers)} |")
    return "## Metrics on the later rows\n\n" + "\n".join(table) + "\n"


def _cell(text):
    """Names come of the data: they must not end a cell or a line."""
    return " ".join(str(text).split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _time(milliseconds):
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
