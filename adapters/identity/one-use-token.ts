import { randomUUID } from 'node:crypto'
import { type CryptoKey, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import type { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Person } from './identity-provider.ts'

/** Seconds for which a token is good: a click takes one, a copied signal command a few minutes. */
export const tokenSeconds = 300

export const algorithm = 'Ed25519'
const issuer = 'driftgate-gateway'

export type SigningKey = CryptoKey
/** Of every key whose tokens are good: while one is replaced, the old and the new. */
export type VerifyingKey = readonly CryptoKey[]

/** What a token is for: no kind is ever taken for another. */
export interface TokenKind {
  readonly type: string
  readonly audience: string
  /** For people, as `a decision token`. */
  readonly words: string
}

export interface TokenContents {
  readonly person: Person
  readonly claims: JWTPayload
  /** Of what may be sent more than once: its tokens count once together. */
  readonly id?: string | undefined
}

/** A token that is good once (its `jti`), for five minutes from `nowMs`. */
export function signOnce(
  key: SigningKey,
  { type, audience }: TokenKind,
  { person, claims, id }: TokenContents,
  nowMs: number,
): Promise<string> {
  const { subject, name, roles, groups, person: known } = person
  const who = { name, roles: [...roles], groups: [...groups], ...(known && { person: known }) }
  const issuedAt = Math.floor(nowMs / 1000)
  return new SignJWT({ ...who, ...claims })
    .setProtectedHeader({ alg: algorithm, typ: type })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setJti(id ?? randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + tokenSeconds)
    .sign(key)
}

/**
 * The claims of a token that the gateway signed and that is still good at `nowMs`. Throws TOKEN_INVALID with
 * the reason. Whether it was used before is the caller's to check.
 */
export async function verifyOnce<Claims>(
  keys: VerifyingKey,
  { type, audience, words }: TokenKind,
  token: string,
  nowMs: number,
  schema: z.ZodType<Claims>,
): Promise<Claims> {
  try {
    const rules = {
      algorithms: [algorithm],
      typ: type,
      issuer,
      audience,
      currentDate: new Date(nowMs),
      clockTolerance: 5,
      maxTokenAge: tokenSeconds,
      requiredClaims: ['jti', 'sub', 'iat', 'exp'],
    }
    const { payload } = await byAnyKey(keys, (key) => jwtVerify(token, key, rules))
    return schema.parse(payload)
  } catch (cause) {
    throw new DriftgateError('TOKEN_INVALID', { reason: reasonOf(cause, words) }, { cause })
  }
}

/** What the first key says whose signature it is; of none, what the last one says. */
export async function byAnyKey<Claims>(
  keys: VerifyingKey,
  verify: (key: CryptoKey) => Promise<Claims>,
): Promise<Claims> {
  let refusal: unknown
  for (const key of keys) {
    try {
      return await verify(key)
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
      refusal = error
    }
  }
  throw refusal
}

function reasonOf(cause: unknown, words: string): string {
  if (cause instanceof errors.JWTExpired) return 'it has expired'
  if (cause instanceof errors.JWSSignatureVerificationFailed) return 'the gateway did not sign it'
  if (cause instanceof errors.JWTClaimValidationFailed) return `its ${cause.claim} is wrong`
  return `it is not ${words}`
}
