import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Person } from './identity-provider.ts'

export interface TokenRules {
  readonly issuer: string
  readonly audience: string
  /** Claim with the list of roles; dots walk into objects (`realm_access.roles`). */
  readonly rolesClaim: string
  /** Claim with the list of groups, likewise. */
  readonly groupsClaim: string
  /** Claim that tells people apart; the subject does where there is none. */
  readonly personClaim?: string
}

/** Asymmetric only: with a shared secret, whoever can check a token could also make one. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519']

/**
 * The person of an access token (JWT). Throws NOT_SIGNED_IN with the reason, IDENTITY_UNREACHABLE
 * when the keys cannot be fetched.
 * @see https://www.rfc-editor.org/rfc/rfc9068 section 4
 */
export async function verifyToken(
  token: string,
  keys: JWTVerifyGetKey,
  rules: TokenRules,
): Promise<Person> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: rules.issuer,
      audience: rules.audience,
      algorithms,
      clockTolerance: 5,
      requiredClaims: ['sub', 'exp'],
    })
    return personOf(payload, rules)
  } catch (cause) {
    if (cause instanceof DriftgateError) throw cause
    throw refusal(cause, rules.issuer)
  }
}

function personOf(claims: JWTPayload, rules: TokenRules): Person {
  const subject = String(claims.sub)
  const name = [claims['name'], claims['preferred_username'], claims['email'], subject].find(
    (value): value is string => typeof value === 'string' && value !== '',
  )
  const { personClaim } = rules
  return {
    subject,
    name: name ?? subject,
    roles: listAt(claims, rules.rolesClaim),
    groups: listAt(claims, rules.groupsClaim),
    ...(personClaim === undefined ? {} : { person: tellingApart(claims, personClaim) }),
  }
}

/** Whoever cannot be told from others is nobody: they might be one of them. */
function tellingApart(claims: JWTPayload, claim: string): string {
  const value = valueAt(claims, claim)
  const verified = claim !== 'email' || claims['email_verified'] === true
  if (typeof value === 'string' && value.trim() !== '' && verified) {
    return value.trim().toLowerCase()
  }
  const reason = `: the token has no ${claim === 'email' ? 'verified ' : ''}${claim}, which tells people apart here`
  throw new DriftgateError('NOT_SIGNED_IN', { reason })
}

function listAt(claims: JWTPayload, path: string): string[] {
  const value = valueAt(claims, path)
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

const valueAt = (claims: JWTPayload, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), claims)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const reasons: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'the sign-in has expired',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'the token is not signed by the identity provider',
  ERR_JWKS_NO_MATCHING_KEY: 'the token is not signed by the identity provider',
  ERR_JOSE_ALG_NOT_ALLOWED: 'the token is signed in a way that is not accepted',
  ERR_JWS_INVALID: 'this is not a token',
  ERR_JWT_INVALID: 'this is not a token',
}

/** What of jose's errors means "no", and what means "could not ask". */
function refusal(cause: unknown, issuer: string): DriftgateError {
  if (cause instanceof errors.JWTClaimValidationFailed) {
    const reason = `: the token's ${cause.claim} is not the one expected`
    return new DriftgateError('NOT_SIGNED_IN', { reason }, { cause })
  }
  const reason = cause instanceof errors.JOSEError ? reasons[cause.code] : undefined
  if (reason) return new DriftgateError('NOT_SIGNED_IN', { reason: `: ${reason}` }, { cause })
  return new DriftgateError('IDENTITY_UNREACHABLE', { address: issuer }, { cause })
}
