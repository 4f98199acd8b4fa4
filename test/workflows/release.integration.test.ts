import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { listIncidents } from '../../adapters/postgres/incidents.ts'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import { scanResult, signalDecision, startScan } from '../../adapters/temporal/messages.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { closedAfter } from '../support/closed-after.ts'
import { undecidedComparison } from '../support/comparisons.ts'
import { gateWorker } from '../support/gate-worker.ts'
import {
  approver,
  type GateWorldOptions,
  gateWorld,
  otherApprover,
  until,
  viewer,
} from '../support/gate-world.ts'
import { dueAfter, newScript, type Script } from '../support/scripted-activities.ts'
import { moveTarget, targetNow } from '../support/table-target.ts'
import { verifyChain } from '../support/verify-chain.ts'

const opened = closedAfter(gateWorld)
async function openGate(options: GateWorldOptions = {}) {
  const world = await opened(options)
  await world.open()
  return world
}

test('an approval moves the target once, is chained, and the steward hears of it', async () => {
  const world = await openGate()
  const outcome = await world.decide(await world.message())
  assert.equal(outcome?.outcome, 'APPROVED')
  assert.equal(outcome?.by, 'Approver')
  const result = await world.result()
  assert.equal(result.state, 'promoted')
  assert.deepEqual(await targetNow(world.db), { version: '2', moves: 1 })
  assert.equal((await findRelease(world.db, 'm/1'))?.state, 'promoted')
  const { links, head } = await verifyChain(world.db)
  assert.equal(links, 1)
  assert.equal(result.head, head)
  await until(async () => (await findSteward(world.db, 'm')) !== null)
})

test('a rejection leaves the target alone', async () => {
  const world = await openGate()
  assert.equal((await world.decide(await world.message(approver, 'reject')))?.outcome, 'REJECTED')
  assert.equal((await world.result()).state, 'rejected')
  assert.deepEqual(await targetNow(world.db), { version: '1', moves: 0 })
})

test('wrong people, wrong tokens and old evidence are refused by name, recorded, and the gate stays open', async () => {
  const world = await openGate({ requestedBy: ['other-approver'] })
  const forged = await opened({ workerless: true })
  const good = await world.message()
  const cases: [string, Parameters<typeof world.decide>[0]][] = [
    ['NOT_AUTHORISED', await world.message(viewer)],
    ['SELF_APPROVAL', await world.message(otherApprover)],
    ['STALE_EVIDENCE', await world.message(approver, 'approve', { digest: 'f'.repeat(64) })],
    ['TOKEN_INVALID', await world.message(approver, 'approve', { release: 'm/2' })],
    ['TOKEN_INVALID', await world.message(approver, 'approve', { atMs: Date.now() - 600_000 })],
    ['TOKEN_INVALID', await forged.message(approver)],
    ['TOKEN_INVALID', { ...good, token: 'nonsense' }],
  ]
  for (const [name, message] of cases) {
    assert.equal((await world.decide(message))?.outcome, name)
  }
  const recorded = await listDecisions(world.db, 'm/1')
  assert.deepEqual(
    recorded.map(({ decision }) => decision.outcome),
    cases.map(([name]) => name),
  )
  assert.equal((await findRelease(world.db, 'm/1'))?.state, 'waiting')
  assert.equal((await world.decide(good))?.outcome, 'APPROVED')
  assert.equal((await world.result()).state, 'promoted')
  assert.equal((await verifyChain(world.db)).links, cases.length + 1)
})

test('what is no decision at all is refused before anything is recorded', async () => {
  const world = await openGate()
  await assert.rejects(
    world.decide({ schema: 'driftgate-decision/1', token: '', reason: '' }),
    (error) => error instanceof DriftgateError && error.code === 'DECISION_MALFORMED',
  )
  await world.handle.signal('decide', 'not even an object')
  assert.equal((await world.decide(await world.message()))?.outcome, 'APPROVED')
  assert.equal((await verifyChain(world.db)).links, 1)
})

test('of approve and reject at the same moment one wins, the other is told by whom', async () => {
  const world = await openGate({ checkMs: 200 })
  const answers = await Promise.all([
    world.decide(await world.message(approver, 'approve')),
    world.decide(await world.message(otherApprover, 'reject')),
  ])
  const outcomes = answers.map((answer) => answer?.outcome)
  assert.equal(outcomes.filter((name) => name === 'ALREADY_DECIDED').length, 1)
  const approved = outcomes.includes('APPROVED')
  assert.ok(approved || outcomes.includes('REJECTED'))
  const { state } = await world.result()
  assert.equal(state, approved ? 'promoted' : 'rejected')
  assert.equal((await targetNow(world.db)).moves, approved ? 1 : 0)
  assert.equal((await verifyChain(world.db)).links, 2)
})

test('one token counts once, by Signal and by Update, and the same update id is one answer', async () => {
  const world = await openGate({ checkMs: 200 })
  const message = await world.message(approver, 'approve', { digest: 'e'.repeat(64) })
  assert.equal((await world.decide(message, 'click'))?.outcome, 'STALE_EVIDENCE')
  assert.equal((await world.decide(message, 'click'))?.outcome, 'STALE_EVIDENCE')
  assert.equal((await world.decide(message, 'copied'))?.outcome, 'DUPLICATE')
  await signalDecision(world.environment, world.release, await world.message())
  const second = await world.decide(await world.message())
  assert.equal(second?.outcome, 'ALREADY_DECIDED')
  assert.equal((await world.result()).state, 'promoted')
  assert.equal((await verifyChain(world.db)).links, 4)
  // A closed release is answered from PostgreSQL by whoever asks.
  assert.equal(await world.decide(await world.message()), null)
  assert.equal(await signalDecision(world.environment, 'm/9', await world.message()), null)
})

test('nobody in time: the request expires and the target stays', async () => {
  const world = await openGate({ expiry: '2s' })
  assert.equal((await world.result()).state, 'expired')
  assert.equal((await findRelease(world.db, 'm/1'))?.state, 'expired')
  assert.equal((await targetNow(world.db)).moves, 0)
})

test('a tightened expiry counts at once for the request that is asked anew', async () => {
  const world = await openGate({ expiry: '1h' })
  const before = await world.message()
  await world.apply({ expiry: '5s' })
  assert.equal((await world.decide(before))?.outcome, 'STALE_EVIDENCE')
  assert.equal((await world.result()).state, 'expired')
  const row = await findRelease(world.db, 'm/1')
  assert.equal((row?.expiresAt.getTime() ?? 0) - (row?.openedAt.getTime() ?? 0), 5_000)
})

test('a loosened policy voids what was shown: the request is asked anew', async () => {
  const world = await openGate()
  const before = await world.message()
  await world.apply({ role: 'viewer' })
  assert.equal((await world.decide(before))?.outcome, 'STALE_EVIDENCE')
  await until(async () => {
    const row = await findRelease(world.db, 'm/1')
    return row?.evidence.policy.role === 'viewer'
  })
  assert.equal((await world.decide(await world.message(viewer)))?.outcome, 'APPROVED')
  assert.equal((await world.result()).state, 'promoted')
})

test('somebody else moved the target: nobody knows whether the candidate is better, the request is void', async () => {
  const world = await openGate()
  await moveTarget(world.db, '9')
  assert.equal((await world.decide(await world.message()))?.outcome, 'STALE_EVIDENCE')
  assert.equal((await world.result()).state, 'void')
  assert.deepEqual(await targetNow(world.db), { version: '9', moves: 0 })
})

test('an answer to a request that could not be opened is told so instead of waiting for ever', async () => {
  const world = await opened({ workerless: true })
  await moveTarget(world.db, '9')
  await world.start()
  // The answer is there before any worker is, so it meets the release at its very first step.
  const asked = world.decide(await world.message())
  const worker = await gateWorker(world.workerInput)
  try {
    assert.equal((await asked)?.outcome, 'STALE_EVIDENCE')
    assert.equal((await world.result()).state, 'void')
  } finally {
    await worker.stop()
  }
})

test('a model that is not critical passes by rule, and the record says which', async () => {
  const world = await openGate({ critical: false })
  assert.equal((await world.result()).state, 'promoted')
  const [link] = await listDecisions(world.db, 'm/1')
  assert.equal(link?.decision.person, 'rule:not-critical')
})

test('what is undecided waits for people, also where the model is not critical', async () => {
  const script: Script = { ...newScript(), passes: 'person', labels: 100 }
  script.verdicts = { 5: 'DRIFT', 6: 'DRIFT' }
  const world = await opened({ critical: false, script })
  for (const day of [5, 6]) {
    const id = await startScan(world.environment, 'm', dueAfter(day))
    await scanResult(world.environment, id)
  }
  await world.opened()
  const asked = await findRelease(world.db, 'm/1')
  assert.equal(asked?.state, 'waiting')
  const { evidence } = asked ?? {}
  assert.ok(evidence?.schema === 'driftgate-evidence/1')
  assert.deepEqual([evidence.policy.critical, evidence.comparison], [false, undecidedComparison])
  assert.deepEqual(await listDecisions(world.db, 'm/1'), [], 'no rule has passed it')
  const [incident] = await listIncidents(world.db, 'm')
  assert.equal(
    incident?.next,
    'release m/1 is asked for, since it is undecided whether version 2 is better: a person decides',
  )
  assert.equal((await world.decide(await world.message(viewer)))?.outcome, 'NOT_AUTHORISED')
  assert.equal((await world.decide(await world.message()))?.outcome, 'APPROVED')
  assert.equal((await world.result()).state, 'promoted')
})
