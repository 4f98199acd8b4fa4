import { z } from 'zod'
import { measuredMetric } from './performance.ts'
import { performanceJudgement } from './performance-finding.ts'
import { windowSchema } from './report.ts'

/** What an estimate expects of one version, or of a segment of it, before any label says so. */
export const expectedPart = z.object({
  version: z.string(),
  /** '': all predictions of the version. */
  segment: z.string(),
  /** The loss that it is judged by, and that of the reference by the same estimator. */
  loss: z.object({ name: z.string(), value: z.number(), reference: z.number() }),
  /** With the intervals in which labels will find them in 95 % of windows. */
  metrics: z.array(measuredMetric),
})
export type ExpectedPart = z.infer<typeof expectedPart>

/** A window as it was judged by its labels or by an estimate: what people are shown of an incident of performance. */
export const judgedPerformance = z.object({
  model: z.string(),
  window: windowSchema,
  predictions: z.number().int(),
  /** Predictions with a label; null: it was estimated without. */
  labelled: z.number().int().nullable(),
  judgement: performanceJudgement,
  /** Of a judgement by an estimate: what it expects; empty: it is by labels. */
  expected: z.array(expectedPart).default([]),
  evidenceDigest: z.string(),
})
export type JudgedPerformance = z.infer<typeof judgedPerformance>
