"""The reference profile of the training rows, counted by Spark partition by partition and merged exactly.

What the reference holds of the model's own score must look like scores of rows that the model has not seen, since
those are what it will be compared with: a model is too sure of the rows it was fitted on. So each training row is
scored by a model fitted without its fold (cross-fitting, five folds by a hash of the id): honest scores for exactly
the rows that the reference counts. See https://scikit-learn.org/stable/modules/cross_validation.html
"""

import pickle
from zlib import crc32

import pyarrow as pa

from training.record import row_values
from training.sample import Sample
from training.segmented import Segmented

FOLDS = 5


def fold_of(row_id, seed):
    return crc32(f"{seed}:{row_id}".encode()) % FOLDS


def fold_models(trainer, features, seed, training):
    """One fitted trainer per fold, which saw every other fold."""
    folds = [fold_of(row_id, seed) for row_id in training.ids]
    models = []
    for fold in range(FOLDS):
        seen = training.take([index for index, own in enumerate(folds) if own != fold])
        model = trainer(features, seed)
        model.fit(seen.values, seen.labels)
        models.append(model)
    return models


def honest_scores(models, seed, ids, values):
    """Each row's score by the model that has not seen it."""
    folds = [fold_of(row_id, seed) for row_id in ids]
    scores = [0.0] * len(ids)
    for fold, model in enumerate(models):
        members = [index for index, own in enumerate(folds) if own == fold]
        for index, score in zip(members, model.score([values[index] for index in members]), strict=True):
            scores[index] = score
    return scores


def columns_of(values, scores, width):
    """One list per feature, the score's last."""
    return [[row[index] for row in values] for index in range(width)] + [scores]


def reference_profile(spark, rows, binning, models, spec):
    """The merged profile of `rows` (Spark columns id and values) under `binning`, those of its segments, and a sample."""
    shared = spark.sparkContext.broadcast((binning, models, spec["features"], spec["seed"]))

    def count(batches):
        binning, models, features, seed = shared.value
        profile, sample = Segmented(binning), Sample()
        for batch in batches:
            ids = batch.column("id").to_pylist()
            values = [row_values(text, features) for text in batch.column("values").to_pylist()]
            scores = honest_scores(models, seed, ids, values)
            profile.add(columns_of(values, scores, len(features)))
            sample.add(ids, [[*row, score] for row, score in zip(values, scores, strict=True)])
        yield pa.RecordBatch.from_pydict({"part": [pickle.dumps((profile, sample))]})

    merged, sampled = Segmented(binning), Sample()
    for row in rows.select("id", "values").mapInArrow(count, "part binary").toLocalIterator():
        profile, sample = pickle.loads(row["part"])
        merged.merge(profile)
        sampled.merge(sample)
    return merged, sampled
