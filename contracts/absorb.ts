import { z } from 'zod'
import { proposalSchema } from './proposal.ts'
import { releaseState } from './release.ts'

const sentence = z.string().trim().min(1).max(2_000)

/** What a person says: what the log holds from `since` on is the new normal. */
export const absorbRequest = z.strictObject({
  /** Windows that begin then or later, ISO 8601. */
  since: z.iso.datetime({ offset: true }),
  /** Windows that end then or before; the end of the last judged window by default. */
  until: z.iso.datetime({ offset: true }).optional(),
  /** Why the drift is harmless. */
  reason: sentence,
  /** Why windows whose verdict was DATA_QUALITY or INCOMPLETE_WINDOW are left out. */
  leaveOut: sentence.optional(),
  /** Why windows whose verdict was DATA_QUALITY are normal all the same. */
  accept: sentence.optional(),
  /** Only tell what would be proposed. */
  dryRun: z.boolean().default(false),
  /** Said again with the same one, it is the same wish. */
  ask: z.uuid().optional(),
})
export type AbsorbRequest = z.infer<typeof absorbRequest>

/** Of the workflow `absorb`; returns `absorbResult`. */
export const absorbInputSchema = absorbRequest.extend({
  model: z.string(),
  prefix: z.string(),
  /** Names this wish: the proposal, and the release that it leads to. */
  ask: z.string(),
  /** Subject of who asks, who may then not approve. */
  person: z.string(),
})
export type AbsorbInput = z.infer<typeof absorbInputSchema>

export const absorbResult = z.object({
  proposal: proposalSchema,
  /** Stands at the gate under this name; null for a dry run. */
  release: z.string().nullable(),
})
export type AbsorbResult = z.infer<typeof absorbResult>

export const absorbAnswer = z.object({
  schema: z.literal('driftgate-absorb/1'),
  model: z.string(),
  /** Names the wish in `GET models/:model/absorb/:ask`. */
  ask: z.string(),
  workflowId: z.string(),
  state: z.enum(['running', 'done']),
  /** While it runs: why its step failed last, which is tried again. */
  reason: z.string().nullable(),
  result: absorbResult.nullable(),
  /** How its release stands; null before there is one, and for a dry run. */
  release: releaseState.nullable(),
})
export type AbsorbAnswer = z.infer<typeof absorbAnswer>
