import { z } from 'zod'

const offset = z.string().regex(/^\d+$/)

/** Up to where each topic of a step was read: its id as the broker has it, and the next offset by partition. */
export const rolloutHeads = z.record(
  z.string(),
  z.object({ topicId: z.string().nullable(), next: z.record(z.string(), offset) }),
)
export type RolloutHeads = z.infer<typeof rolloutHeads>
