import { randomUUID } from 'node:crypto'
import { type CryptoKey, errors, importPKCS8, importSPKI, jwtVerify, SignJWT } from 'jose'
import type { Via } from '../../contracts/chat-answer.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { type Answer, type DecisionClaims, decisionClaimsSchema } from '../../contracts/release.ts'
import type { Person } from './identity-provider.ts'

/** Seconds for which a decision token is good: a click takes one, a copied signal command a few minutes. */
export const decisionTokenSeconds = 300

const algorithm = 'Ed25519'
const type = 'driftgate-decision+jwt'
const issuer = 'driftgate-gateway'
const audience = 'driftgate-gate'

/** What one token allows: this person, this answer, to this release as it was shown. */
export interface DecisionBinding {
  readonly person: Person
  readonly release: string
  readonly digest: string
  readonly answer: Answer
  /** Which way it came, where that is not the page or a terminal. */
  readonly via?: Via
  /** Of an answer that may be sent more than once: its tokens count once together. */
  readonly id?: string
  /** Alone and at once. */
  readonly breakGlass?: boolean | undefined
  /** Absent: an answer to the request itself. */
  readonly purpose?: 'review' | 'drill'
}

export type SigningKey = CryptoKey
/** Of every key whose tokens are good: while one is replaced, the old and the new. */
export type VerifyingKey = readonly CryptoKey[]

/** The gateway's Ed25519 key from PKCS#8 PEM. Throws CONFIG_SECRET_INVALID. */
export const signingKeyOf = (pem: string): Promise<SigningKey> =>
  importPKCS8(pem, algorithm).catch((cause) => {
    throw keyProblem('gateway.signingKey', 'an Ed25519 private key (PKCS#8 PEM)', cause)
  })

/**
 * The workers' half, from SPKI PEM; one block after another, where a key is being replaced. Throws
 * CONFIG_SECRET_INVALID.
 */
export async function verifyingKeyOf(pem: string): Promise<VerifyingKey> {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [pem]
  try {
    return await Promise.all(blocks.map((block) => importSPKI(block, algorithm)))
  } catch (cause) {
    throw keyProblem('gateway.publicKey', 'an Ed25519 public key (SPKI PEM), or several', cause)
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

/** A token that is good once (its `jti`), for five minutes from `nowMs`. */
export function signDecision(
  key: SigningKey,
  binding: DecisionBinding,
  nowMs: number,
): Promise<string> {
  const { person, release, digest, answer, via, id, breakGlass, purpose } = binding
  const issuedAt = Math.floor(nowMs / 1000)
  const { name, roles, groups, person: known } = person
  const who = { name, roles: [...roles], groups: [...groups], ...(known && { person: known }) }
  const way = { ...(via && { via }) }
  const how = { ...way, ...(breakGlass && { breakGlass }), ...(purpose && { purpose }) }
  return new SignJWT({ ...who, release, digest, answer, ...how })
    .setProtectedHeader({ alg: algorithm, typ: type })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(person.subject)
    .setJti(id ?? randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + decisionTokenSeconds)
    .sign(key)
}

/**
 * The claims of a token that the gateway signed and that is still good at `nowMs`. Throws TOKEN_INVALID with
 * the reason. Whether the release fits and whether it was used before is the caller's to check.
 */
export async function verifyDecision(
  keys: VerifyingKey,
  token: string,
  nowMs: number,
): Promise<DecisionClaims> {
  try {
    const rules = {
      algorithms: [algorithm],
      typ: type,
      issuer,
      audience,
      currentDate: new Date(nowMs),
      clockTolerance: 5,
      maxTokenAge: decisionTokenSeconds,
      requiredClaims: ['jti', 'sub', 'iat', 'exp'],
    }
    const { payload } = await byAnyKey(keys, (key) => jwtVerify(token, key, rules))
    return decisionClaimsSchema.parse(payload)
  } catch (cause) {
    throw new DriftgateError('TOKEN_INVALID', { reason: reasonOf(cause) }, { cause })
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof errors.JWTExpired) return 'it has expired'
  if (cause instanceof errors.JWSSignatureVerificationFailed) return 'the gateway did not sign it'
  if (cause instanceof errors.JWTClaimValidationFailed) return `its ${cause.claim} is wrong`
  return 'it is not a decision token'
}

const keyProblem = (name: string, wanted: string, cause: unknown) =>
  new DriftgateError('CONFIG_SECRET_INVALID', { name, wanted }, { cause })
