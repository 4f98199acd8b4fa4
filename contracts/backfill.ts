import { z } from 'zod'

/** Older offsets of a reading that shall be read, fixed before anything is. */
export const backfillPlan = z.object({
  model: z.string(),
  reading: z.string(),
  /** The first window that the reading shall hold, ISO 8601. */
  since: z.string(),
  /** Every offset in [from, to), where the reading began; none where it holds them. */
  partitions: z.array(z.object({ partition: z.number().int(), from: z.string(), to: z.string() })),
})
export type BackfillPlan = z.infer<typeof backfillPlan>

export const backfillRequest = z.strictObject({
  /** The event time from which windows shall be there; ISO 8601. */
  since: z.iso.datetime({ offset: true }),
})

/** What a backfill is, or was, and how far it has come. */
export const backfillAnswer = z.object({
  schema: z.literal('driftgate-backfill/1'),
  model: z.string(),
  workflowId: z.string(),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  /** Null while nobody knows yet what there is to read. */
  progress: z
    .object({
      reading: z.string(),
      /** The first window that it shall hold, ISO 8601. */
      since: z.string(),
      /** Offsets that were wanted, and how many of them were read. */
      wanted: z.number(),
      read: z.number(),
      slices: z.number().int(),
      good: z.number(),
      bad: z.number(),
      foreign: z.number(),
      lost: z.number(),
    })
    .nullable(),
  /** Why it failed; while it runs: why its step failed last, which is tried again. */
  reason: z.string().nullable(),
})
export type BackfillAnswer = z.infer<typeof backfillAnswer>
