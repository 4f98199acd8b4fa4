import { z } from 'zod'
import { chatVerb } from './chat-verbs.ts'

/** Somebody as a chat product knows them: bound to product and workspace. */
export const chatAccount = z.object({
  /** Kind of channel: `slack`. */
  kind: z.string(),
  workspace: z.string(),
  user: z.string(),
  /** As the chat shows it; for people to read, never to tell accounts apart. */
  name: z.string().default(''),
})
export type ChatAccount = z.infer<typeof chatAccount>

/** What one person pressed or wrote on one card: its delivery was verified, the person's rights were not. */
export const chatAnswerSchema = z.object({
  /** The channel's name in the configuration. */
  channel: z.string(),
  account: chatAccount,
  verb: chatVerb,
  /** What the card is about: `<model>/<n>` of a release. */
  subject: z.string(),
  /** Of what the card showed. */
  digest: z.string(),
  reason: z.string(),
  /** Names the delivery across repetitions. */
  deliveryId: z.string(),
  /** When it came, ISO 8601. */
  at: z.string(),
  /** Where the product can tell this person something; read by its entry only. */
  place: z.record(z.string(), z.string()),
})
export type ChatAnswer = z.infer<typeof chatAnswerSchema>

/** `slack:T0123:U0123`, as decisions name an account. */
export const accountName = ({ kind, workspace, user }: Omit<ChatAccount, 'name'>): string =>
  [kind, workspace, user].join(':')

/** Which way an answer came, and from where the rights of the person were known; signed with the answer. */
export const viaSchema = z.object({
  /** The channel's name in the configuration. */
  channel: z.string(),
  /** As `accountName` has it. */
  account: z.string(),
  /** Kind of the group source, or `sign-in`. */
  rightsFrom: z.string(),
  /** When that source said so, ISO 8601. */
  rightsAt: z.string(),
})
export type Via = z.infer<typeof viaSchema>
