import { z } from 'zod'
import { releaseState } from './release.ts'

/** `stale`: it shows evidence that is not asked about any more, and another card does. */
export const cardState = z.enum([...releaseState.options, 'stale'])
export type CardState = z.infer<typeof cardState>

/** What people see of one request, in whatever chat: a view of the record, the same for every channel. */
export const cardSchema = z.object({
  schema: z.literal('driftgate-card/1'),
  environment: z.string(),
  model: z.string(),
  release: z.string(),
  state: cardState,
  /** One line that says it all: for notifications and screen readers. */
  headline: z.string(),
  /** Sentences. */
  why: z.array(z.string()),
  good: z.array(z.string()),
  risk: z.array(z.string()),
  /** What happens without an answer; null: nothing is asked any more. */
  ifNobody: z.string().nullable(),
  /** Who may answer; null likewise. */
  who: z.string().nullable(),
  /** ISO 8601. */
  until: z.string(),
  /** What came of it so far: who, when, why. */
  answers: z.array(z.string()),
  /** Of what the card shows; an answer on it is bound to exactly this. */
  evidenceDigest: z.string(),
  /** The page of the release. */
  link: z.string(),
  /** Of a stale card: where the request is asked anew. */
  anew: z.string().nullable(),
})
export type Card = z.infer<typeof cardSchema>

/** A card in one of these states changes no more. */
export const isFinal = (state: CardState): boolean => state !== 'waiting' && state !== 'promoting'
