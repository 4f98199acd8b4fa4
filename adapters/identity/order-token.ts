import { randomUUID } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { DriftgateError } from '../../contracts/errors.ts'
import { type OrderClaims, type OrderCommand, orderClaimsSchema } from '../../contracts/rollout.ts'
import {
  byAnyKey,
  decisionTokenSeconds,
  type SigningKey,
  type VerifyingKey,
} from './decision-token.ts'
import type { Person } from './identity-provider.ts'

/** Another type and audience than those of decisions: neither is ever taken for the other. */
const header = { alg: 'Ed25519', typ: 'driftgate-order+jwt' } as const
const issuer = 'driftgate-gateway'
const audience = 'driftgate-rollout'

/** What one token allows: this person, this order, to this release. */
export interface OrderBinding {
  readonly person: Person
  readonly release: string
  readonly command: OrderCommand
}

/** A token that is good once (its `jti`), for five minutes from `nowMs`. */
export function signOrder(
  key: SigningKey,
  { person, release, command }: OrderBinding,
  nowMs: number,
): Promise<string> {
  const { subject, name, roles, groups, person: known } = person
  const who = { name, roles: [...roles], groups: [...groups], ...(known && { person: known }) }
  const issuedAt = Math.floor(nowMs / 1000)
  return new SignJWT({ ...who, release, command })
    .setProtectedHeader(header)
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + decisionTokenSeconds)
    .sign(key)
}

/** The claims of a token that the gateway signed and that is still good at `nowMs`. Throws TOKEN_INVALID. */
export async function verifyOrder(
  keys: VerifyingKey,
  token: string,
  nowMs: number,
): Promise<OrderClaims> {
  try {
    const rules = {
      ...{ algorithms: [header.alg], typ: header.typ, issuer, audience },
      ...{ currentDate: new Date(nowMs), clockTolerance: 5, maxTokenAge: decisionTokenSeconds },
      requiredClaims: ['jti', 'sub', 'iat', 'exp'],
    }
    const { payload } = await byAnyKey(keys, (key) => jwtVerify(token, key, rules))
    return orderClaimsSchema.parse(payload)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it is not an order'
    throw new DriftgateError('TOKEN_INVALID', { reason }, { cause })
  }
}
