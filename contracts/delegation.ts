import { z } from 'zod'

const text = z.string().trim().min(1).max(200)

/** No right is handed over for longer, milliseconds: roles and groups are those of the day on which it was. */
export const longestDelegationMs = 31 * 86_400_000

/** The clock of the gateway that signed one may be ahead by so much, milliseconds, as that of any token. */
export const delegationClocksMs = 5_000

/** A right to answer that was handed to somebody for a time, as the gateway signed it. */
export const delegationClaims = z.object({
  jti: z.string(),
  /** Account of whoever hands it over. */
  sub: z.string(),
  name: z.string(),
  person: z.string().optional(),
  /** As they were when it was handed over. */
  roles: z.array(z.string()),
  groups: z.array(z.string()),
  /** An account, or a person as people are told apart. */
  to: z.string(),
  /** Null: of every model. */
  model: z.string().nullable(),
  /** ISO 8601. */
  from: z.string(),
  until: z.string(),
  reason: z.string(),
})
export type DelegationClaims = z.infer<typeof delegationClaims>

/** Of `from` and `until`: ISO 8601; from now on unless said. */
export const delegationRequest = z.strictObject({
  to: text,
  model: text.optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }),
  reason: z.string().trim().min(1).max(2_000),
})
export type DelegationRequest = z.infer<typeof delegationRequest>

export const delegationView = delegationClaims.omit({ jti: true, sub: true, person: true }).extend({
  id: z.string(),
  account: z.string(),
  /** When it was taken back; null: it was not. */
  endedAt: z.string().nullable(),
})
export type DelegationView = z.infer<typeof delegationView>

export const delegationAnswer = delegationView.extend({
  schema: z.literal('driftgate-delegation/1'),
})

export const delegationsAnswer = z.object({
  schema: z.literal('driftgate-delegations/1'),
  delegations: z.array(delegationView),
})
export const delegationParams = z.object({ delegation: z.uuid() })

/** Whether somebody by these names is meant. */
export const isHandedTo = (
  { to }: Pick<DelegationClaims, 'to'>,
  names: readonly string[],
): boolean => names.some((name) => name === to || name.toLowerCase() === to.toLowerCase())
