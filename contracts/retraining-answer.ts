import { z } from 'zod'
import { holdName } from './admission.ts'

/** Retraining of all models: what is spent, what waits, and what holds everything. */
export const retrainingAnswer = z.object({
  schema: z.literal('driftgate-retraining/1'),
  /** Of all models together; null: none is set. */
  budget: z
    .object({
      /** In the last `periodMs` milliseconds; null: that many are not limited. */
      periodMs: z.number(),
      runs: z.object({ spent: z.number().int(), of: z.number().int() }).nullable(),
      cost: z.object({ spent: z.number(), of: z.number() }).nullable(),
    })
    .nullable(),
  /** Models that would be retrained and may not yet, those that wait the longest first. */
  waiting: z.array(
    z.object({
      model: z.string(),
      /** ISO 8601. */
      since: z.string(),
      waitsFor: holdName,
      reason: z.string(),
      /** ISO 8601; null: nobody knows. */
      until: z.string().nullable(),
    }),
  ),
  /** Null: none holds. */
  storm: z
    .object({
      /** ISO 8601. */
      since: z.string(),
      /** That had breached when it began, and how many of them are still bad. */
      models: z.array(z.string()),
      stillBad: z.number().int(),
      /** How many models there were. */
      fleet: z.number().int(),
    })
    .nullable(),
})
export type RetrainingAnswer = z.infer<typeof retrainingAnswer>

/** What is held, and by what. */
export type HeldRetrainings = Pick<RetrainingAnswer, 'waiting' | 'storm'>

export const releaseStormRequest = z.strictObject({ reason: z.string().trim().min(1).max(2_000) })

export const releaseStormAnswer = z.object({
  schema: z.literal('driftgate-storm/1'),
  /** Models whose stewards were told, to ask anew whether they may be retrained. */
  released: z.array(z.string()),
})

export const decisionsOfRetraining = z.array(
  z.object({
    /** ISO 8601. */
    at: z.string(),
    /** Which asks for it; null: none does. */
    incident: z.string().nullable(),
    sentence: z.string(),
  }),
)
