import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { after, test } from 'node:test'
import { signDecision, signingKeyOf } from '../../adapters/identity/decision-token.ts'
import type { Person } from '../../adapters/identity/index.ts'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { gateWorker } from '../support/gate-worker.ts'
import { approver, gateWorld, otherApprover } from '../support/gate-world.ts'
import { verifyChain } from '../support/verify-chain.ts'

const cleanUps: (() => Promise<unknown>)[] = []
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

const pem = (key: KeyObject, type: 'spki' | 'pkcs8') =>
  key.export({ format: 'pem', type } as never).toString()

test('the key that signs decisions is replaced while a release is open: what either signed counts, and nothing else', async () => {
  const world = await gateWorld({ workerless: true, approval: { required: 2 } })
  cleanUps.push(() => world.close())
  const next = generateKeyPairSync('ed25519')
  const nobodys = generateKeyPairSync('ed25519')
  const answerBy = async (key: KeyObject, person: Person) => {
    const signing = await signingKeyOf(pem(key, 'pkcs8'))
    const digest = (await findRelease(world.db, world.release))?.evidenceDigest ?? ''
    const binding = { release: world.release, digest, person, answer: 'approve' } as const
    const token = await signDecision(signing, binding, Date.now())
    const message = { schema: 'driftgate-decision/1', token, reason: 'seen' } as const
    return (await world.decide(message))?.outcome
  }

  // First the workers know both, then the gateway signs with the new one.
  const publicKey = `${world.workerInput.publicKey}${pem(next.publicKey, 'spki')}`
  const worker = await gateWorker({ ...world.workerInput, publicKey })
  cleanUps.push(() => worker.stop())
  await world.open()
  assert.equal((await world.decide(await world.message()))?.outcome, 'ACCEPTED_PENDING_QUORUM')
  assert.equal(await answerBy(next.privateKey, approver), 'DUPLICATE', 'one person, by either key')
  assert.equal(await answerBy(nobodys.privateKey, otherApprover), 'TOKEN_INVALID')
  assert.equal(await answerBy(next.privateKey, otherApprover), 'APPROVED')
  assert.equal((await world.result()).state, 'promoted')
  assert.equal((await verifyChain(world.db)).links, 4)
})
