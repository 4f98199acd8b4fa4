import { z } from 'zod'
import { comparisonSettings } from './comparison-settings.ts'

/** What a candidate is to the champion. `UNDECIDED` never passes by itself. */
export const comparisonResult = z.enum(['BETTER', 'NOT_WORSE', 'WORSE', 'UNDECIDED'])
export type ComparisonResult = z.infer<typeof comparisonResult>

/** Why: what was shown, what was refused, or what keeps anything from being said. */
export const comparisonCode = z.enum([
  // BETTER
  'GAIN',
  'FIRST_RUN',
  // NOT_WORSE
  'NO_GAIN',
  'SAME_ANSWERS',
  // WORSE
  'LOSS',
  'SEGMENT_LOSS',
  'CALIBRATION_LOSS',
  'FAIRNESS_LOSS',
  'CANDIDATE_NOT_FINITE',
  'CANDIDATE_CONSTANT',
  'CANDIDATE_NO_PROBABILITY',
  'CANDIDATE_UPSIDE_DOWN',
  // UNDECIDED, FIRST_RUN too
  'NOISE',
  'TOO_FEW_ROWS',
  'ONE_CLASS',
  'LABELS_INVALID',
  'WINDOWS_OVERLAP',
  'WINDOW_UNKNOWN',
  'CHAMPION_NOT_FINITE',
  'FAIRNESS_UNKNOWN',
])
export type ComparisonCode = z.infer<typeof comparisonCode>

/** `mae` and `rmse` are of numbers that are foretold, in the unit of the label. */
export const comparisonMetric = comparisonSettings.shape.metric.unwrap()
export type ComparisonMetric = z.infer<typeof comparisonMetric>

/** The one that was chosen, or the one of the task. */
export const metricOf = (
  { metric }: Pick<z.infer<typeof comparisonSettings>, 'metric'>,
  task: 'classification' | 'regression' = 'classification',
): ComparisonMetric => metric ?? (task === 'regression' ? 'mae' : 'brier')

export const metricNames: Readonly<Record<ComparisonMetric, string>> = {
  brier: 'Brier score',
  log_loss: 'log loss',
  accuracy: 'accuracy',
  auc: 'AUC',
  expected_cost: 'expected cost',
  mae: 'mean absolute error',
  rmse: 'root mean squared error',
}

/** What the candidate gains on the same rows, in the unit of the metric; positive: it is better. */
export const pairedGainSchema = z.object({
  method: z.enum(['delong', 'mcnemar', 'bootstrap', 't']),
  rows: z.number().int(),
  before: z.number(),
  after: z.number(),
  gain: z.number(),
  /** Interval of `level`. */
  low: z.number(),
  high: z.number(),
  /** Above 0.95 where several versions contend on the same rows; absent: 0.95. */
  level: z.number().optional(),
  /** Two-sided, of no difference. */
  p: z.number(),
  /** The true gain that so many rows would have called BETTER with a chance of 80 %. */
  smallestGain: z.number(),
})
export type PairedGain = z.infer<typeof pairedGainSchema>

/** A segment, or a pair of groups, and what it loses; the interval is wider the more of them are judged. */
export const guardedSchema = z.object({
  name: z.string(),
  rows: z.number().int(),
  before: z.number(),
  after: z.number(),
  /** By how much it got worse; positive: worse. */
  loss: z.number(),
  /** What the loss certainly is at least. */
  certain: z.number(),
  refused: z.boolean(),
})
export type Guarded = z.infer<typeof guardedSchema>

export const guardResultSchema = z.object({
  guard: z.enum(['segments', 'calibration', 'fairness']),
  /** `unknown`: nothing could be judged; `off`: it was not asked. */
  state: z.enum(['passed', 'refused', 'unknown', 'off']),
  /** In the unit of what is guarded. */
  limit: z.number(),
  /** How many were judged, and how many had too few rows. */
  judged: z.number().int(),
  tooSmall: z.number().int(),
  /** The ten that lose most. */
  worst: z.array(guardedSchema),
  sentence: z.string(),
})
export type GuardResult = z.infer<typeof guardResultSchema>

/** Champion against candidate, as it goes into the evidence of the gate. */
export const comparisonSchema = z.object({
  schema: z.literal('driftgate-comparison/1'),
  result: comparisonResult,
  code: comparisonCode,
  /** Whether a release may start: by itself, only to ask people, or not. */
  passes: z.enum(['yes', 'person', 'no']),
  reason: z.string(),
  metric: comparisonMetric,
  minimumGain: z.number(),
  margin: z.number(),
  accept: comparisonSettings.shape.accept.unwrap(),
  /** Null: the two could not be held against each other. */
  gain: pairedGainSchema.nullable(),
  guards: z.array(guardResultSchema),
})
export type Comparison = z.infer<typeof comparisonSchema>
