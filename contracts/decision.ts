import { z } from 'zod'
import { viaSchema } from './chat-answer.ts'
import { answer, outcomeName, quorumSchema } from './release.ts'
import { orderCommand } from './rollout.ts'

/** One answer as the chain of decisions holds it; refused ones too. */
export const decisionSchema = z.strictObject({
  schema: z.literal('driftgate-decision-record/1'),
  seq: z.number().int(),
  /** Names the answer across retries. */
  id: z.string(),
  release: z.string(),
  /** Digest of what the release showed when it was judged. */
  evidenceDigest: z.string(),
  /** Who answered, `rule:<name>` for a rule, empty where the token was worth nothing. */
  person: z.string(),
  /** Subject of the token; absent: the person is known by it. */
  account: z.string().optional(),
  name: z.string(),
  /** Whose right it was, where it was handed over. */
  onBehalfOf: z
    .strictObject({
      delegation: z.string(),
      person: z.string(),
      account: z.string().optional(),
      name: z.string(),
    })
    .optional(),
  /** Alone and at once, whatever the quorum. */
  brokeGlass: z.literal(true).optional(),
  /** It is an answer to the review of that. */
  review: z.literal(true).optional(),
  answer: answer.nullable(),
  /** It is no answer but an order, to a release whose traffic moves. */
  order: orderCommand.optional(),
  outcome: outcomeName,
  sentence: z.string(),
  reason: z.string(),
  /** Id of the token; null for a rule or a token that was worth nothing. */
  jti: z.string().nullable(),
  /** Of an approval that counts: how far it brought the quorum. */
  quorum: quorumSchema.optional(),
  /** Which way it came, and from where the person's rights were known; absent: from the page or a terminal, by sign-in. */
  via: viaSchema.optional(),
  at: z.string(),
})
export type Decision = z.infer<typeof decisionSchema>

/** A link of the chain: hash = sha256(prevHash || canonicalJson(decision)), lower-case hexadecimal. */
export interface ChainLink {
  readonly seq: number
  readonly decision: Decision
  readonly prevHash: string
  readonly hash: string
}

/** SHA-256 of a text, lower-case hexadecimal: whoever asks for a hash brings it, since contracts do no work of their own. */
export type Sha256 = (text: string) => string

export const linkHash = (sha256: Sha256, prevHash: string, decision: string): string =>
  sha256(prevHash + decision)

/** What the first link follows. */
export const chainStart = '0'.repeat(64)
