import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { type TokenRules, verifyToken } from '../../../adapters/identity/verify-token.ts'
import { DriftgateError } from '../../../contracts/errors.ts'

const { publicKey, privateKey } = await generateKeyPair('ES256')
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] })
const rules: TokenRules = {
  ...{ issuer: 'https://login.example', audience: 'driftgate' },
  ...{ rolesClaim: 'realm_access.roles', groupsClaim: 'groups' },
}

async function personOf(claims: JWTPayload, changes: Partial<TokenRules> = {}) {
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(rules.issuer)
    .setAudience(rules.audience)
    .setSubject('a1')
    .setExpirationTime('5m')
    .sign(privateKey)
  return verifyToken(token, keys, { ...rules, ...changes })
}
const signedOut = (reason: RegExp) => (error: unknown) =>
  error instanceof DriftgateError && error.code === 'NOT_SIGNED_IN' && reason.test(error.message)

test('roles and groups are read where the configuration says, texts only', async () => {
  const claims = { realm_access: { roles: ['approver', 7] }, groups: ['risk', null], name: 'Mia' }
  assert.deepEqual(await personOf(claims), {
    ...{ subject: 'a1', name: 'Mia', roles: ['approver'], groups: ['risk'] },
  })
})

test('a person without the claims has neither role nor group', async () => {
  const { roles, groups } = await personOf({ groups: 'risk' })
  assert.deepEqual({ roles, groups }, { roles: [], groups: [] })
})

test('a verified e-mail tells people apart, whatever its case', async () => {
  const claims = { email: ' Mia@Example.com', email_verified: true }
  assert.equal((await personOf(claims, { personClaim: 'email' })).person, 'mia@example.com')
})

test('an e-mail that nobody verified, or a claim that is not there, lets nobody in', async () => {
  await assert.rejects(
    personOf({ email: 'mia@example.com' }, { personClaim: 'email' }),
    signedOut(/no verified email, which tells people apart/),
  )
  await assert.rejects(personOf({}, { personClaim: 'employee' }), signedOut(/no employee/))
})
