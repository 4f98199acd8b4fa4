import { importPKCS8, importSPKI } from 'jose'
import type { Via } from '../../contracts/chat-answer.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { type Answer, type DecisionClaims, decisionClaimsSchema } from '../../contracts/release.ts'
import type { Person } from './identity-provider.ts'
import {
  algorithm,
  type SigningKey,
  signOnce,
  type VerifyingKey,
  verifyOnce,
} from './one-use-token.ts'

export {
  type SigningKey,
  tokenSeconds as decisionTokenSeconds,
  type VerifyingKey,
} from './one-use-token.ts'

const kind = {
  type: 'driftgate-decision+jwt',
  audience: 'driftgate-gate',
  words: 'a decision token',
} as const

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

/** A token that is good once (its `jti`), for five minutes from `nowMs`. */
export function signDecision(
  key: SigningKey,
  binding: DecisionBinding,
  nowMs: number,
): Promise<string> {
  const { person, release, digest, answer, via, id, breakGlass, purpose } = binding
  const how = {
    ...(via && { via }),
    ...(breakGlass && { breakGlass }),
    ...(purpose && { purpose }),
  }
  return signOnce(key, kind, { person, claims: { release, digest, answer, ...how }, id }, nowMs)
}

/**
 * The claims of a token that the gateway signed and that is still good at `nowMs`. Throws TOKEN_INVALID with
 * the reason. Whether the release fits and whether it was used before is the caller's to check.
 */
export const verifyDecision = (
  keys: VerifyingKey,
  token: string,
  nowMs: number,
): Promise<DecisionClaims> => verifyOnce(keys, kind, token, nowMs, decisionClaimsSchema)

const keyProblem = (name: string, wanted: string, cause: unknown) =>
  new DriftgateError('CONFIG_SECRET_INVALID', { name, wanted }, { cause })
