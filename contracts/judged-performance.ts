import { z } from 'zod'
import { performanceJudgement } from './performance-finding.ts'
import { windowSchema } from './report.ts'

/** A window as it was judged by its labels or by an estimate: what people are shown of an incident of performance. */
export const judgedPerformance = z.object({
  model: z.string(),
  window: windowSchema,
  predictions: z.number().int(),
  /** Predictions with a label; null: it was estimated without. */
  labelled: z.number().int().nullable(),
  judgement: performanceJudgement,
  evidenceDigest: z.string(),
})
export type JudgedPerformance = z.infer<typeof judgedPerformance>
