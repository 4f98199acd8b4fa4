"""The stages of a retraining, in order: read, split, fit, profile, judge, write."""

import base64
import json
import time
from datetime import UTC, datetime
from functools import partial, reduce

from pyspark.sql import functions as F

from training.artefacts import json_bytes, write_artefacts
from training.binning import build_binning, fits
from training.ecmascript import canonical_json
from training.learned import PlainOnly
from training.metrics import metrics, told
from training.model_card import model_card
from training.onnx_export import onnx_file
from training.record import row_values
from training.reference import columns_of, fold_models, honest_scores, reference_profile
from training.segment_metrics import segment_metrics
from training.sources import read_source
from training.split import sorted_rows, split_by_time
from training.table_copy import copies_of
from training.trainers import CLASSIFICATION, REGRESSION, trainer_named
from training.values import json_value

PARITY_ROWS = 1000
HOLDOUT_ROWS = 100_000
TOLERANCE = 1e-9
"""Largest difference between the trainer's score and that of any other scorer; of a number above 1 the share of it."""

started = time.monotonic()


def stage(text):
    """One line per stage; whoever follows the job shows the newest."""
    print(f"stage: {text} ({time.monotonic() - started:.1f} s)", flush=True)


def train(spark, spec):
    """Writes the artefacts and the marker; False when another run of the same key was first."""
    features, seed, task = spec["features"], spec["seed"], spec.get("task", CLASSIFICATION)
    trainer = partial(PlainOnly, trainer_named(spec["trainer"], spec.get("options"), task))
    stage("reading and joining rows")
    sources = [read_source(spark, source, spec) for source in spec["sources"]]
    labelled = reduce(lambda left, right: left.unionByName(right), (rows for rows, _ in sources))
    if "rows" in spec:
        # By time and id, so that every look at them finds the same.
        labelled = labelled.orderBy(F.desc("time"), "id").limit(spec["rows"]).persist()
    counts = [left_out for _, left_out in sources]
    rows = _collect(labelled, features, task)
    training, held_out, cutoff = split_by_time(rows, spec["holdout"], task)

    stage(f"fitting {spec['trainer']} on {len(training):,} of {len(rows):,} rows")
    model = trainer(features, seed)
    model.fit(training.values, training.labels)
    stage("fitting on five folds for the reference of the score")
    models = fold_models(trainer, features, seed, training)

    stage("counting the reference profile")
    binning = _binning(spec, models, training)
    profile, sample = reference_profile(spark, labelled.where(labelled.time < cutoff), binning, models, spec)

    stage(f"judging on {len(held_out):,} later rows")
    scores = model.score(held_out.values)
    measured = metrics(held_out.labels, scores, task)
    segments = segment_metrics(binning, held_out, scores, task)
    described = json.loads(json_bytes(model.export()))
    onnx, reason = onnx_file(described, features, _spread(held_out, PARITY_ROWS).values, model.score)
    card = model_card(spec, training, held_out, measured, segments, counts, reason)
    files = {
        "model.json": json_bytes(described),
        "parity.json": json_bytes(_parity(model, held_out, features)),
        "holdout.json": json_bytes(_holdout(held_out, features)),
        "metrics.json": json_bytes(measured | {"sources": counts} | ({"segments": segments} if segments else {})),
        "model-card.md": card.encode(),
        "binning.json": canonical_json(binning).encode(),
        "reference.profile": profile.whole.encode(),
        "reference.sample": sample.encode(),
    }
    if "segments" in binning:
        texts = {name: base64.b64encode(each.encode()).decode() for name, each in profile.segments.items()}
        files["segments.json"] = json_bytes(texts)
    if onnx is None:
        stage(f"no model.onnx: {reason}")
    else:
        files["model.onnx"] = onnx
    stage("writing the artefacts")
    first = write_artefacts(spec["output"], files, _marker(spec, training, held_out), copies_of(spec))
    stage(f"done: {told(measured)}")
    return first


def _collect(labelled, features, task):
    table = labelled.toArrow()
    ids, times, labels, texts = (table.column(name).to_pylist() for name in ("id", "time", "label", "values"))
    known = labels if task == REGRESSION else [int(label) for label in labels]
    return sorted_rows(ids, times, known, [row_values(text, features) for text in texts])


def _binning(spec, models, training):
    """The binning in force where it still fits, so that windows stay comparable; otherwise a new one."""
    inherited = spec["binning"]
    if inherited is not None and fits(inherited, spec["features"], spec.get("segments", ())):
        return inherited
    scores = honest_scores(models, spec["seed"], training.ids, training.values)
    columns = columns_of(training.values, scores, len(spec["features"]))
    return build_binning(spec["model"], spec["runKey"], spec["features"], columns, spec.get("segments", ()))


def _parity(model, held_out, features):
    some = _spread(held_out, PARITY_ROWS)
    return {
        "schema": "driftgate-parity/1",
        "tolerance": TOLERANCE,
        "rows": [_record(values, features) for values in some.values],
        "scores": model.score(some.values),
    }


def _holdout(held_out, features):
    some = _spread(held_out, HOLDOUT_ROWS)
    return [
        {"id": row_id, "label": label, "features": _record(values, features)}
        for row_id, label, values in zip(some.ids, some.labels, some.values, strict=True)
    ]


def _spread(rows, most):
    """At most `most` rows, evenly over event time."""
    if len(rows) <= most:
        return rows
    return rows.take([index * len(rows) // most for index in range(most)])


def _record(values, features):
    return {feature["name"]: json_value(value) for feature, value in zip(features, values, strict=True)}


def _marker(spec, training, held_out):
    return {
        "schema": "driftgate-marker/1",
        "runKey": spec["runKey"],
        "rows": {
            "joined": len(training) + len(held_out),
            "trained": len(training),
            "heldOut": len(held_out),
        },
        "trainedOn": {"start": _iso(training.times[0]), "end": _iso(training.times[-1])},
        "heldOut": {"start": _iso(held_out.times[0]), "end": _iso(held_out.times[-1])},
    }


def _iso(milliseconds):
    text = datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{milliseconds % 1000:03d}Z"
