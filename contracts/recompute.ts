import { z } from 'zod'
import { windowSchema } from './report.ts'

/** Verdicts to judge again: of the windows that start in [from, to); null: without an end on that side. */
export const recomputeRequest = z.strictObject({
  from: z.iso.datetime({ offset: true }).nullable().default(null),
  to: z.iso.datetime({ offset: true }).nullable().default(null),
})
export type RecomputeRange = z.infer<typeof recomputeRequest>

/** What became of one verdict that was judged again from its evidence. */
export const recomputedVerdict = z.object({
  window: windowSchema,
  /** 0: the verdict itself; else the number of the second look. */
  look: z.number().int(),
  outcome: z.enum(['same', 'differs', 'not kept', 'failed']),
  evidenceDigest: z.string(),
  /** Where it differs first, what is on record there and what was judged now, as JSON; null unless it differs. */
  difference: z
    .object({ path: z.string(), recorded: z.string().nullable(), judged: z.string().nullable() })
    .nullable(),
  /** Since when its evidence is not kept, ISO 8601; null: it is. */
  since: z.string().nullable(),
  /** Why it is not: retention took it, or a sampled row was erased; null: it is. */
  cause: z.enum(['retention', 'erasure']).nullable().default(null),
  /** Why it could not be judged; null unless it failed. */
  reason: z.string().nullable(),
})
export type RecomputedVerdict = z.infer<typeof recomputedVerdict>

/** Some of the verdicts that were asked for, in order of time. */
export const recomputeResult = z.object({
  verdicts: z.array(recomputedVerdict),
  /** Start of the window that comes next, ISO 8601; null: that was all. */
  next: z.string().nullable(),
  /** Windows from there on. */
  left: z.number().int(),
})
export type RecomputeResult = z.infer<typeof recomputeResult>

export const recomputeAnswer = z.object({
  schema: z.literal('driftgate-recompute/1'),
  model: z.string(),
  workflowId: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  /** Set when it is done. */
  result: recomputeResult.nullable(),
  /** Why it failed; while it runs: why its step failed last, which is tried again. */
  reason: z.string().nullable(),
})
export type RecomputeAnswer = z.infer<typeof recomputeAnswer>
