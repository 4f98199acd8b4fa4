import { z } from 'zod'
import { reviewInputSchema } from './messages.ts'
import { reinstates } from './release.ts'
import { orderMessageSchema } from './rollout.ts'

/** A person takes back what a release moved, after it has ended. */
export const rollbackInputSchema = reviewInputSchema.extend({ message: orderMessageSchema })
export type RollbackInput = z.infer<typeof rollbackInputSchema>

/** A release that was rolled back is asked for once more. */
export const reinstateMessageSchema = z.object({
  /** Also names it where numbers of releases are given out. */
  eventId: z.string(),
  runKey: z.string(),
  version: z.string(),
  incident: z.string().nullable(),
  person: z.string(),
  reinstates,
})
export type ReinstateMessage = z.infer<typeof reinstateMessageSchema>
