import { z } from 'zod'
import { derivation } from './derived-feature.ts'
import { kafkaSettings } from './kafka-settings.ts'
import { segmentSettings } from './model-settings.ts'
import { tableCopySchema, tableFilesSchema } from './training-table.ts'

/** A stretch of a topic: partition -> [from, to). */
export const offsetRanges = z.record(z.string(), z.tuple([z.string(), z.string()]))
export type OffsetRanges = z.infer<typeof offsetRanges>

/** Labels as they held at one moment, checked by digest: JSON Lines with the members id, time and label. */
export const labelFileSchema = z.strictObject({ path: z.string(), sha256: z.string() })
export type LabelFile = z.infer<typeof labelFileSchema>

export const trainingSourceSchema = z.discriminatedUnion('kind', [
  /** Labelled rows of a file, checked by digest: columns id, time, label and the features. */
  z.strictObject({ kind: z.literal('parquet'), path: z.string(), sha256: z.string() }),
  /** Predictions from Kafka, and labels from there or from a file, joined by prediction id. */
  z.strictObject({
    kind: z.literal('kafka'),
    brokers: z.string(),
    /** As configured: secrets by reference, which the driver of the job resolves. */
    ssl: kafkaSettings.shape.ssl,
    sasl: kafkaSettings.shape.sasl,
    predictions: z.strictObject({ topic: z.string(), offsets: offsetRanges }),
    labels: z.union([
      z.strictObject({ topic: z.string(), offsets: offsetRanges }),
      labelFileSchema,
    ]),
    /** Event time of the predictions, ISO 8601, [from, to). */
    from: z.string(),
    to: z.string(),
  }),
  tableFilesSchema,
  tableCopySchema,
])
export type TrainingSource = z.infer<typeof trainingSourceSchema>

/** What the Spark job is told: one JSON file, its path is the job's only argument. */
export const trainingSpecSchema = z.strictObject({
  schema: z.literal('driftgate-training/1'),
  runKey: z.string(),
  model: z.string(),
  trainer: z.string(),
  /** Absent: the labels are classes. */
  task: z.enum(['classification', 'regression']).optional(),
  /** Of which a trainer takes those that it knows; `timeBudget` in seconds. */
  options: z
    .strictObject({ timeBudget: z.number(), command: z.array(z.string()).optional() })
    .optional(),
  seed: z.number().int(),
  holdout: z.number(),
  features: z.array(
    z.strictObject({
      name: z.string(),
      type: z.enum(['numeric', 'categorical', 'boolean']),
      cycle: z.number().int().optional(),
      /** Made of another member of the record: counted in the reference, never learned from. */
      from: derivation.optional(),
      /** Counted and held against what was answered, never learned from; absent: it is. */
      learned: z.literal(false).optional(),
    }),
  ),
  /** Rows of the reference that are counted apart too. */
  segments: z.array(segmentSettings).optional(),
  sources: z.array(trainingSourceSchema).min(1),
  /** Of a drill: so many of the newest labelled rows are enough; absent: all. */
  rows: z.number().int().positive().optional(),
  /** Record paths of the prediction log and of the labels, as configured. */
  paths: z.strictObject({
    predictions: z.record(z.string(), z.string()),
    /** Of features with a path of their own. */
    features: z.record(z.string(), z.string()).optional(),
    labels: z.record(z.string(), z.string()),
  }),
  /** The class that is 1, where labels name classes; absent: they are 0 and 1. */
  positive: z.string().optional(),
  /** The binning in force, inherited by the candidate; null: the job makes one. */
  binning: z.unknown().nullable(),
  /** Folder of this run key; the job writes here and, last, the marker. */
  output: z.string(),
})
export type TrainingSpec = z.infer<typeof trainingSpecSchema>

/** `marker.json`, written by create-if-absent after everything else: the only proof of success. */
export const trainingMarkerSchema = z.object({
  schema: z.literal('driftgate-marker/1'),
  runKey: z.string(),
  /** file name -> sha256 of its bytes: model.json, parity.json, binning.json, reference.profile, metrics.json, holdout.json; reference.sample and model-card.md; segments.json for a binning with segments; model.onnx where the model can be said so; rows-N.parquet, the copy of source N that is a table */
  files: z.record(z.string(), z.string()),
  rows: z.object({ joined: z.number(), trained: z.number(), heldOut: z.number() }),
  /** Event time covered by the training rows and by the held-out rows, ISO 8601. */
  trainedOn: z.object({ start: z.string(), end: z.string() }),
  heldOut: z.object({ start: z.string(), end: z.string() }),
  /** What the run cost, in the unit of `retraining.cost`; absent: the job does not know. */
  cost: z.number().nonnegative().optional(),
})
export type TrainingMarker = z.infer<typeof trainingMarkerSchema>

/** Of probabilities against classes. */
export const classMetricsSchema = z.object({
  rows: z.number(),
  accuracy: z.number(),
  auc: z.number(),
  brier: z.number(),
  log_loss: z.number(),
})
export type ClassMetrics = z.infer<typeof classMetricsSchema>

/** Of numbers that were foretold, all but `r2` in the unit of the label; `r2` is null where all labels are the same. */
export const numberMetricsSchema = z.object({
  rows: z.number(),
  mae: z.number(),
  rmse: z.number(),
  median_absolute_error: z.number(),
  r2: z.number().nullable(),
  bias: z.number(),
})
export type NumberMetrics = z.infer<typeof numberMetricsSchema>

/** How good a version was on the rows that judge it. */
export const metricsSchema = z.union([classMetricsSchema, numberMetricsSchema])
export type Metrics = z.infer<typeof metricsSchema>

export const ofNumbers = (metrics: Metrics): metrics is NumberMetrics => 'mae' in metrics

/** `parity.json`: rows and the scores the trainer gave; a server that differs by more than `tolerance`, of a score above 1 by more than that share of it, refuses the model. */
export const paritySchema = z.object({
  schema: z.literal('driftgate-parity/1'),
  tolerance: z.number(),
  rows: z.array(z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]))),
  scores: z.array(z.number()),
})
export type Parity = z.infer<typeof paritySchema>

/** One held-out row for the comparison of champion and candidate: `holdout.json` is an array of these. */
export const holdoutRowSchema = z.object({
  id: z.string(),
  label: z.number(),
  features: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
})
export type HoldoutRow = z.infer<typeof holdoutRowSchema>
