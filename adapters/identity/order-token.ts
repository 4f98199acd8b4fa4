import { type OrderClaims, type OrderCommand, orderClaimsSchema } from '../../contracts/rollout.ts'
import type { Person } from './identity-provider.ts'
import { type SigningKey, signOnce, type VerifyingKey, verifyOnce } from './one-use-token.ts'

const kind = {
  type: 'driftgate-order+jwt',
  audience: 'driftgate-rollout',
  words: 'the token of an order',
} as const

/** What one token allows: this person, this order, to this release. */
export interface OrderBinding {
  readonly person: Person
  readonly release: string
  readonly command: OrderCommand
}

/** A token that is good once (its `jti`), for five minutes from `nowMs`. */
export const signOrder = (
  key: SigningKey,
  { person, release, command }: OrderBinding,
  nowMs: number,
): Promise<string> => signOnce(key, kind, { person, claims: { release, command } }, nowMs)

/** The claims of a token that the gateway signed and that is still good at `nowMs`. Throws TOKEN_INVALID. */
export const verifyOrder = (
  keys: VerifyingKey,
  token: string,
  nowMs: number,
): Promise<OrderClaims> => verifyOnce(keys, kind, token, nowMs, orderClaimsSchema)
