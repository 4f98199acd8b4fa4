import { z } from 'zod'
import { estimateReport } from './estimate.ts'
import { labelStanding, performanceReport } from './performance.ts'

export const performanceAnswer = z.object({
  schema: z.literal('driftgate-performances/1'),
  model: z.string(),
  labels: labelStanding.nullable(),
  /** The newest window first. */
  windows: z.array(performanceReport),
  /** What was expected of windows before their labels, the newest first: those of the measures, and newer ones. */
  estimates: z.array(estimateReport).default([]),
})
export type PerformanceAnswer = z.infer<typeof performanceAnswer>
