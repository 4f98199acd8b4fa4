import { z } from 'zod'
import { measuredLoss, measuredMetric } from './performance.ts'
import { performanceJudgement } from './performance-finding.ts'
import { windowSchema } from './report.ts'

/** How an estimate is made: of two classes from what scores mean (CBPE), of numbers from what rows lose (DLE). */
export const estimatorKind = z.enum(['cbpe', 'dle'])
export type EstimatorKind = z.infer<typeof estimatorKind>

/** The definition of what is fitted; one more whenever the same rows would give other numbers. */
export const estimatorDefinition = 1

/** What an estimator was fitted to. */
export const estimatorEvidence = z.object({
  /** Final windows, the earliest of the version, each by the digest of its measure. */
  windows: z.array(windowSchema.extend({ evidenceDigest: z.string() })),
  /** Labelled rows that were used, and the digest of all of them. */
  labels: z.number().int(),
  rows: z.string(),
})
export type EstimatorEvidence = z.infer<typeof estimatorEvidence>

/** The same metrics by a reference whose rows count as often as rows like them occur in the window. */
export const weightedEstimate = z.object({
  metrics: z.array(measuredMetric),
  /** As many rows of the reference as that is worth. */
  effectiveRows: z.number(),
  /** How well the rows of the window can be told from the reference, with its 95 % interval: 0.5 is not at all. */
  apart: z.object({ auc: z.number(), low: z.number(), high: z.number() }),
})
export type WeightedEstimate = z.infer<typeof weightedEstimate>

/** The estimated loss of a window less that of the reference. */
export const estimateChange = z.object({
  /** Of the reference, by the same estimator. */
  expected: z.number(),
  difference: z.number(),
  /** 95 % interval of the difference. */
  low: z.number(),
  high: z.number(),
  p: z.number(),
  /** Earlier windows that tell how much estimates vary; 0: by sampling alone. */
  windows: z.number().int(),
  effective: z.number(),
})
export type EstimateChange = z.infer<typeof estimateChange>

/**
 * ESTIMATED; NO_LABELS_YET: of its version too few labels are final to fit one; REFERENCE: it was fitted to this window;
 * TOO_FEW_ROWS; UNAVAILABLE: the sentence says why.
 */
export const estimateState = z.enum([
  'ESTIMATED',
  'NO_LABELS_YET',
  'REFERENCE',
  'TOO_FEW_ROWS',
  'UNAVAILABLE',
])
export type EstimateState = z.infer<typeof estimateState>

/** How well one version is expected to have done, in all its predictions or in a segment of them. */
export const estimatedPart = z.object({
  version: z.string(),
  /** '': all predictions of the version. */
  segment: z.string(),
  predictions: z.number().int(),
  /** Rows that the estimate rests on: those of the sample, where features are needed. */
  rows: z.number().int(),
  state: estimateState,
  /** Why there is none; null: there is. */
  reason: z.string().nullable(),
  /** With the interval in which the same metric, measured by labels, lies in 95 % of windows. */
  metrics: z.array(measuredMetric),
  /** Null: the inputs are those of the reference as far as can be told, or no sample of rows is kept. */
  weighted: weightedEstimate.nullable(),
  /** Mean of what the rows are expected to lose, with the variance that sampling these rows gives it. */
  loss: measuredLoss.nullable(),
  change: estimateChange.nullable(),
})
export type EstimatedPart = z.infer<typeof estimatedPart>

export const estimateReport = z.object({
  schema: z.literal('driftgate-estimate/1'),
  model: z.string(),
  window: windowSchema,
  task: z.enum(['binary', 'multiclass', 'regression']),
  predictions: z.number().int(),
  parts: z.array(estimatedPart),
  judgement: performanceJudgement,
  headline: z.string(),
  configVersion: z.number().int(),
  /** What the numbers were taken of. */
  evidence: z.object({
    reading: z.string(),
    cut: z.record(z.string(), z.string()),
    repairs: z.number().int(),
    /** Of every prediction, in the order of their ids. */
    rows: z.string(),
    /** Version -> digest of the sample of its rows; empty: none was needed. */
    samples: z.record(z.string(), z.string()),
    /** Version -> digest of its estimator. */
    estimators: z.record(z.string(), z.string()),
    /** Of the earlier estimates that this one was held against. */
    earlier: z.string(),
  }),
  evidenceDigest: z.string(),
})
export type EstimateReport = z.infer<typeof estimateReport>

/** What came of the estimates that one scan asked for: judgements of which the steward was told. */
export const estimatesResultSchema = z.object({ told: z.number().int() })
export type EstimatesResult = z.infer<typeof estimatesResultSchema>

/** Windows of a model are estimated before their labels; returns `estimatesResultSchema`. */
export const estimatesInputSchema = z.object({
  model: z.string(),
  prefix: z.string(),
  /** Start of the window that the scan judged which asks. */
  window: z.string(),
})
export type EstimatesInput = z.infer<typeof estimatesInputSchema>
