import { z } from 'zod'
import { classShift, toldKind } from './kind.ts'
import { performanceJudgement } from './performance-finding.ts'
import { windowSchema } from './report.ts'
import { checkedSlices, lossSlices } from './slice.ts'

/** What is known of one prediction, and the last word on it. */
export interface LabelledRow {
  /** Event time, milliseconds since 1970. */
  readonly at: number
  readonly version: string
  readonly score: number | null
  /** The class that the model chose, where a record names one. */
  readonly prediction: string | null
  readonly segments: readonly string[] | null
  /** A label came, if only one that was withdrawn since. */
  readonly said: boolean
  readonly value: number | null
  readonly class: string | null
}

/** One metric with its interval of 95 %; null where the labels are of one class only, say. */
export const measuredMetric = z.object({
  name: z.string(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
})
export type MeasuredMetric = z.infer<typeof measuredMetric>

/** The mean loss of the rows, and its sampling variance: what is held against other windows. */
export const measuredLoss = z.object({
  name: z.enum(['brier', 'error_rate', 'absolute_error']),
  mean: z.number(),
  variance: z.number(),
})
export type MeasuredLoss = z.infer<typeof measuredLoss>

/** The loss of a window less what earlier final ones of the same version lead to expect. */
export const lossChange = z.object({
  expected: z.number(),
  difference: z.number(),
  /** 95 % interval of the difference. */
  low: z.number(),
  high: z.number(),
  /** Two-sided, of a window that is one more of the earlier ones. */
  p: z.number(),
  /** Earlier windows, and how many independent ones they are worth. */
  windows: z.number().int(),
  effective: z.number(),
})
export type LossChange = z.infer<typeof lossChange>

/** How well one version did, in all its predictions or in a segment of them. */
export const measuredPart = z.object({
  version: z.string(),
  /** '': all predictions of the version. */
  segment: z.string(),
  predictions: z.number().int(),
  /** Predictions with a label that holds. */
  labelled: z.number().int(),
  state: z.enum(['MEASURED', 'INSUFFICIENT_LABELS']),
  metrics: z.array(measuredMetric),
  /** Null: too few labels. */
  loss: measuredLoss.nullable().default(null),
  /** Null: too few labels, or earlier windows. */
  change: lossChange.nullable().default(null),
})
export type MeasuredPart = z.infer<typeof measuredPart>

/** How the predictions with a label differ from those without one. */
export const labelBias = z.object({
  /** Kolmogorov-Smirnov between the scores of the two: its distance and p-value. */
  distance: z.number(),
  pValue: z.number(),
  /** Mean score of those with a label, and of those without. */
  labelled: z.number(),
  unlabelled: z.number(),
})
export type LabelBias = z.infer<typeof labelBias>

export const performanceReport = z.object({
  schema: z.literal('driftgate-performance/1'),
  model: z.string(),
  window: windowSchema,
  /** Provisional until the label watermark has passed the window's end; final ones never change. */
  state: z.enum(['PROVISIONAL', 'FINAL']),
  /** What was known at this moment, ISO 8601. */
  labelsAt: z.string(),
  /** Event time up to which labels are complete enough to be final, ISO 8601; null: no label came yet. */
  watermark: z.string().nullable(),
  task: z.enum(['binary', 'multiclass', 'regression']),
  predictions: z.number().int(),
  labelled: z.number().int(),
  /** Labels that were withdrawn and not given anew. */
  withdrawn: z.number().int(),
  /** Labels that fit no prediction of the task: a class where a number is needed, or the other way round. */
  unusable: z.number().int(),
  /** Null: too few of one kind to tell. */
  bias: labelBias.nullable(),
  parts: z.array(measuredPart),
  /** By its labels, of a final window; absent in those of older releases. */
  judgement: performanceJudgement.optional(),
  /** Of a final window that got worse: the slices that got worse than the rest. Absent: nobody looked. */
  slices: lossSlices.optional(),
  /** What was found in the final window before, as it is in this one. Absent: nothing was. */
  checked: checkedSlices.optional(),
  /** Of a final window: which kind of drift it shows, by its labels and its verdict. Absent: none, or it is not final. */
  kind: toldKind
    .extend({
      /** Evidence digest of the verdict on the data; null: there is none. */
      verdict: z.string().nullable(),
      /** Of the estimate before the labels, where these could not tell a loss; absent: it was not asked, or there is none. */
      estimate: z.string().optional(),
      /** Null: too few rows, or the task has no classes. */
      classes: classShift.nullable(),
    })
    .optional(),
  headline: z.string(),
  configVersion: z.number().int(),
  /** What the numbers were taken of. */
  evidence: z.object({
    reading: z.string(),
    cut: z.record(z.string(), z.string()),
    repairs: z.number().int(),
    labelReading: z.string(),
    labelCut: z.record(z.string(), z.string()),
    /** Repairs of labels up to this number count; absent: none. */
    labelRepairs: z.number().int().optional(),
    /** Of every prediction with its label, in the order of their ids. */
    rows: z.string(),
  }),
  evidenceDigest: z.string(),
  /** What came after a final measure. Told by the gateway, never kept with it. */
  later: z
    .object({
      /** Labels for its predictions that were read since. */
      labels: z.number().int(),
      /** When they were counted last, ISO 8601. */
      at: z.string(),
      /** What the window would be measured to with them; null: they are too few to look once more. */
      look: z
        .object({
          labelled: z.number().int(),
          withdrawn: z.number().int(),
          parts: z.array(measuredPart),
          headline: z.string(),
          evidenceDigest: z.string(),
        })
        .nullable(),
    })
    .optional(),
})
export type PerformanceReport = z.infer<typeof performanceReport>

/** Where the labels of a model stand. */
export const labelStanding = z.object({
  topic: z.string(),
  watermark: z.string().nullable(),
  /** When some were read last, ISO 8601; null: none came yet. */
  readAt: z.string().nullable(),
  /** Labels read since yesterday, and those of them whose prediction is not kept: too old, never made, or read later. */
  labels: z.number().int(),
  unmatched: z.number().int(),
})
export type LabelStanding = z.infer<typeof labelStanding>

export const performanceQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(24),
})
