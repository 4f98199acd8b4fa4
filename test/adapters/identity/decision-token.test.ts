import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { decodeJwt, SignJWT } from 'jose'
import {
  decisionTokenSeconds,
  signDecision,
  signingKeyOf,
  verifyDecision,
  verifyingKeyOf,
} from '../../../adapters/identity/decision-token.ts'

const pair = async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    signing: await signingKeyOf(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()),
    verifying: await verifyingKeyOf(publicKey.export({ format: 'pem', type: 'spki' }).toString()),
  }
}
const gateway = await pair()
const nowMs = Date.UTC(2024, 0, 1)
const binding = {
  person: { subject: 'a1', name: 'Approver', roles: ['approver'], groups: ['risk'] },
  release: 'car-loan/1',
  digest: 'd'.repeat(64),
  answer: 'approve',
} as const

test('a token holds person, release, digest and answer, and comes back as claims', async () => {
  const token = await signDecision(gateway.signing, binding, nowMs)
  const claims = await verifyDecision(gateway.verifying, token, nowMs)
  const { jti, iat, exp, ...rest } = claims
  assert.deepEqual(rest, {
    sub: 'a1',
    name: 'Approver',
    roles: ['approver'],
    groups: ['risk'],
    release: 'car-loan/1',
    digest: binding.digest,
    answer: 'approve',
  })
  assert.equal(exp - iat, decisionTokenSeconds)
  assert.match(jti, /^[0-9a-f-]{36}$/)
})

test('two tokens for the same thing are told apart', async () => {
  const [one, other] = await Promise.all([
    signDecision(gateway.signing, binding, nowMs),
    signDecision(gateway.signing, binding, nowMs),
  ])
  assert.notEqual(decodeJwt(one).jti, decodeJwt(other).jti)
})

test('expired, early, edited, foreign and shapeless tokens are TOKEN_INVALID with the reason', async () => {
  const token = await signDecision(gateway.signing, binding, nowMs)
  const [header, , signature] = token.split('.')
  const edited = Buffer.from(
    JSON.stringify({ ...decodeJwt(token), release: 'car-loan/2' }),
  ).toString('base64url')
  const foreign = await signDecision((await pair()).signing, binding, nowMs)
  // Signed by our key, but as something else: an access token is no decision.
  const access = await new SignJWT({ ...decodeJwt(token) })
    .setProtectedHeader({ alg: 'Ed25519', typ: 'at+jwt' })
    .sign(gateway.signing)
  const cases: [string, number, RegExp][] = [
    [token, nowMs + (decisionTokenSeconds + 6) * 1000, /expired/],
    [token, nowMs - 60_000, /iat is wrong/],
    [`${header}.${edited}.${signature}`, nowMs, /did not sign/],
    [foreign, nowMs, /did not sign/],
    [access, nowMs, /typ is wrong/],
    ['nonsense', nowMs, /not a decision token/],
    ['', nowMs, /not a decision token/],
  ]
  for (const [bad, atMs, reason] of cases) {
    await assert.rejects(verifyDecision(gateway.verifying, bad, atMs), (error: Error) => {
      assert.equal((error as { code?: string }).code, 'TOKEN_INVALID')
      assert.match(error.message, reason)
      return true
    })
  }
})

test('a file that holds no Ed25519 key is named, and its content is not', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const pem = rsa.export({ format: 'pem', type: 'pkcs8' }).toString()
  for (const bad of [pem, 'password123', '']) {
    await assert.rejects(signingKeyOf(bad), (error: Error) => {
      assert.match(error.message, /gateway\.signingKey is not an Ed25519 private key/)
      return !bad || !error.message.includes(bad)
    })
  }
})

test('while a key is replaced, tokens of the old and of the new one are good, and of no other', async () => {
  const pems = [0, 1].map(() => generateKeyPairSync('ed25519'))
  const [before, after] = await Promise.all(
    pems.map(({ privateKey }) =>
      signingKeyOf(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()),
    ),
  )
  const both = pems.map(({ publicKey }) => publicKey.export({ format: 'pem', type: 'spki' }))
  const verifying = await verifyingKeyOf(both.join(''))
  for (const key of [before, after]) {
    const token = await signDecision(key!, binding, nowMs)
    assert.equal((await verifyDecision(verifying, token, nowMs)).sub, 'a1')
    const late = verifyDecision(verifying, token, nowMs + 3_600_000)
    await assert.rejects(late, /it has expired/)
  }
  const foreign = await signDecision(gateway.signing, binding, nowMs)
  await assert.rejects(verifyDecision(verifying, foreign, nowMs), /the gateway did not sign it/)
  await assert.rejects(
    verifyingKeyOf(`${both[0]}-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----`),
  )
})
