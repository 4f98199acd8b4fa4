import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import {
  signDecision,
  signingKeyOf,
  verifyingKeyOf,
} from '../../../adapters/identity/decision-token.ts'
import {
  decodeDelegation,
  signDelegation,
  verifyDelegation,
} from '../../../adapters/identity/delegation-token.ts'
import type { DelegationClaims } from '../../../contracts/delegation.ts'

async function pair() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    signing: await signingKeyOf(String(privateKey.export({ type: 'pkcs8', format: 'pem' }))),
    verifying: await verifyingKeyOf(String(publicKey.export({ type: 'spki', format: 'pem' }))),
  }
}
const gateway = await pair()
const claims: DelegationClaims = {
  ...{ jti: 'd1', sub: 'mia-1', name: 'Mia', roles: ['approver'], groups: ['risk'] },
  ...{ to: 'ada', model: null, from: '2026-07-01T00:00:00.000Z' },
  ...{ until: '2026-07-08T00:00:00.000Z', reason: 'on holiday' },
}

test('what was handed over comes back as it was signed', async () => {
  const token = await signDelegation(gateway.signing, claims)
  assert.deepEqual(await verifyDelegation(gateway.verifying, token), claims)
  assert.deepEqual(decodeDelegation(token), claims)
})

test('what another key signed, or as something else, hands over nothing', async () => {
  const foreign = await signDelegation((await pair()).signing, claims)
  assert.equal(await verifyDelegation(gateway.verifying, foreign), null)
  const person = { subject: 'mia-1', name: 'Mia', roles: ['approver'], groups: [] }
  const binding = { person, release: 'm/1', digest: 'd', answer: 'approve' as const }
  const decision = await signDecision(gateway.signing, binding, Date.now())
  assert.equal(await verifyDelegation(gateway.verifying, decision), null)
  assert.equal(await verifyDelegation(gateway.verifying, 'nonsense'), null)
})
