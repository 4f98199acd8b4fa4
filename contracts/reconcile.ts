import { z } from 'zod'
import { cardSubjectSchema } from './card.ts'
import { noticeCause } from './notice.ts'

/** What a round of repairs did to the cards in chat. */
export const repairedCardsSchema = z.object({
  /** Releases, incidents and notices whose cards were looked at. */
  looked: z.number().int(),
  /** Those that a channel does not show as they should be. */
  failed: z.array(cardSubjectSchema.extend({ code: z.string() })),
})
export type RepairedCards = z.infer<typeof repairedCardsSchema>

/** What the outside was found to be, held against the record, of one cause. */
export const foundTroubleSchema = z.object({
  model: z.string(),
  cause: noticeCause,
  /** What is wrong, in a sentence; null: nothing is. */
  trouble: z.string().nullable(),
  /** How it ended, in a sentence; absent: it works again. */
  ended: z.string().optional(),
  /** Others are told at once. */
  urgent: z.literal(true).optional(),
})
export type FoundTrouble = z.infer<typeof foundTroubleSchema>

/** Nothing could be said, by the code of why. */
const unseenSchema = z.object({ model: z.string(), code: z.string() })

/** What the worker with the credentials of the rollout targets and the registry found. */
export const outsideSchema = z.object({
  found: z.array(foundTroubleSchema),
  unseen: z.array(unseenSchema),
})
export type Outside = z.infer<typeof outsideSchema>

/** What a steward was told of: the trouble, or null that it is over. */
export const toldTroubleSchema = z.object({
  model: z.string(),
  cause: noticeCause,
  trouble: z.string().nullable(),
})
export type ToldTrouble = z.infer<typeof toldTroubleSchema>

export const reconciledSchema = repairedCardsSchema.extend({
  told: z.array(toldTroubleSchema),
  /** Models of whose rollout target or registry nothing could be said; absent: nobody asked them. */
  unseen: z.array(unseenSchema).optional(),
  /** Workflow ids of what should run and did not. */
  restarted: z.array(z.string()).optional(),
})
export type Reconciled = z.infer<typeof reconciledSchema>
