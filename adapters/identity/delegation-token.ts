import { decodeJwt, jwtVerify, SignJWT } from 'jose'
import { type DelegationClaims, delegationClaims } from '../../contracts/delegation.ts'
import { byAnyKey, type SigningKey, type VerifyingKey } from './one-use-token.ts'

const algorithm = 'Ed25519'
const type = 'driftgate-delegation+jwt'
const issuer = 'driftgate-gateway'
const audience = 'driftgate-gate'

/** What was handed over, signed: whoever can write to the database cannot hand over the right of somebody else. */
export function signDelegation(key: SigningKey, claims: DelegationClaims): Promise<string> {
  const { jti, sub, ...rest } = claims
  return new SignJWT(rest)
    .setProtectedHeader({ alg: algorithm, typ: type })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(sub)
    .setJti(jti)
    .sign(key)
}

/** Null: the gateway did not sign it. Whether it holds now is the caller's to ask. */
export async function verifyDelegation(
  keys: VerifyingKey,
  token: string,
): Promise<DelegationClaims | null> {
  try {
    const rules = { algorithms: [algorithm], typ: type, issuer, audience }
    const { payload } = await byAnyKey(keys, (key) => jwtVerify(token, key, rules))
    return delegationClaims.parse(payload)
  } catch {
    return null
  }
}

/** What it says, whoever signed it: to show, never to decide by. */
export const decodeDelegation = (token: string): DelegationClaims =>
  delegationClaims.parse(decodeJwt(token))
