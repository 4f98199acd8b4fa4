import { z } from 'zod'

/** What a retraining that is wanted waits for. */
export const holdName = z.enum([
  /** A freeze of retraining. */
  'freeze',
  /** Many models breached at once: suspect upstream. */
  'storm',
  /** The time in which a storm would show. */
  'settling',
  /** The retraining budget of its model. */
  'model-budget',
  /** The retraining budget of all models together. */
  'fleet-budget',
])
export type HoldName = z.infer<typeof holdName>

/** A wish that is put off. */
export const parkedSchema = z.object({
  by: holdName,
  /** One sentence, for people. */
  reason: z.string(),
  /** When it may start at the earliest, ISO 8601; null: nobody knows. */
  until: z.string().nullable(),
  /** When it is looked at again, not after `until`; ISO 8601. */
  lookAt: z.string(),
})
export type Parked = z.infer<typeof parkedSchema>

/** Whether a retraining that is wanted, and has its labels, may start. */
export const admissionSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('admitted'),
    /** Under which its part of the retraining budgets is reserved. */
    runKey: z.string(),
    /** What a person's request passed by, as a freeze; null: nothing. */
    passed: z.string().nullable(),
  }),
  z.object({ outcome: z.literal('parked'), parked: parkedSchema }),
])
export type Admission = z.infer<typeof admissionSchema>

/** A person said that many models that breached at once may be retrained all the same. */
export const stormReleasedSchema = z.object({ eventId: z.string() })
export type StormReleased = z.infer<typeof stormReleasedSchema>
