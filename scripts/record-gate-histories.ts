/**
 * Writes the histories of what happens at a gate to test/workflows/replay/*.json, as record-histories.ts does for the
 * rest: `DRIFTGATE_SERVERS=FILE node scripts/record-gate-histories.ts`. Each name is written once more; to keep an old
 * history, give it another number first.
 */
import { listGateEvents } from '../adapters/postgres/gate-events.ts'
import { findRelease } from '../adapters/postgres/releases.ts'
import { findReview } from '../adapters/postgres/reviews.ts'
import { findSteward, upsertSteward } from '../adapters/postgres/stewards.ts'
import { decide } from '../adapters/temporal/messages.ts'
import { absorbAnswer } from '../contracts/absorb.ts'
import { workflowId } from '../contracts/messages.ts'
import { newSteward } from '../policies/steward-state.ts'
import { absorbWorld } from '../test/support/absorb-world.ts'
import { gateWorker } from '../test/support/gate-worker.ts'
import {
  approver,
  type GateWorldOptions,
  gateWorld,
  otherApprover,
  runKey,
  until,
  viewer,
} from '../test/support/gate-world.ts'
import { reconcileNow } from '../test/support/reconcile-now.ts'
import { hourMs, origin } from '../test/support/scan-world.ts'
import { record } from './recorded-history.ts'

type World = Awaited<ReturnType<typeof gateWorld>>
const quorum = [{ role: 'approver' }, { group: 'risk' }]
const escalation = { after: '1s', role: 'viewer' }
const lead = { ...viewer, subject: 'lead', name: 'Lead', roles: ['viewer', 'lead'] }

async function atGate(options: GateWorldOptions, meet: (world: World) => Promise<void>) {
  const world = await gateWorld(options)
  try {
    await world.open()
    await meet(world)
  } finally {
    const { client, prefix } = world.environment
    const review = client.workflow.getHandle(workflowId.review(prefix, 'm/1'))
    await review.terminate('it is recorded').catch(() => {})
    await world.close()
  }
}
const escalated = ({ db }: World) =>
  until(async () => (await listGateEvents(db, 'm/1')).some(({ kind }) => kind === 'escalated'))

// Refused, asked anew, escalated, and approved by somebody in the place of another.
await atGate({ approval: { quorum, escalation }, owners: ['business'] }, async (world) => {
  await escalated(world)
  await world.decide(await world.message(approver))
  await world.apply({ ownersMayApprove: true })
  await world.decide(await world.message(approver))
  await world.decide(await world.message(approver))
  await world.decide(await world.message(viewer))
  await world.result()
  await record('release-2', world.handle.workflowId)
})

// Still open, one of two approvals given: what a new worker finds after its deploy.
await atGate({ approval: { quorum, escalation } }, async (world) => {
  await world.decide(await world.message(otherApprover))
  await escalated(world)
  await record('release-3', world.handle.workflowId)
})

// Approved in a freeze, moved by breaking the glass, reviewed too late.
const freeze = [{ from: '2020-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' }]
const breakGlass = { role: 'lead', review: '1s' }
await atGate({ approval: { freeze, breakGlass } }, async (world) => {
  await world.decide(await world.message(approver))
  await until(async () => (await findRelease(world.db, 'm/1'))?.reason !== '')
  await world.decide(await world.message(lead, 'approve', { breakGlass: true }))
  await world.result()
  await record('release-4', world.handle.workflowId)
  await until(async () => (await listGateEvents(world.db, 'm/1')).length > 0)
  const { client, prefix } = world.environment
  const reconcile = {
    workflowId: `${prefix}reconcile/by-hand`,
    taskQueue: `${prefix}orchestration`,
  }
  await client.workflow.execute('reconcile', { ...reconcile, args: [{ prefix }] })
  await record('reconcile', reconcile.workflowId)
  const message = await world.message(otherApprover, 'approve', { purpose: 'review' })
  await decide(world.environment, 'm/1', message, 'review', 'review')
  await until(async () => (await findReview(world.db, 'm/1'))?.state === 'upheld')
  await record('review', workflowId.review(prefix, 'm/1'))
})

// Approved in a freeze, and withdrawn before it ends.
await atGate({ approval: { freeze } }, async (world) => {
  await world.decide(await world.message(approver))
  await until(async () => (await findRelease(world.db, 'm/1'))?.reason !== '')
  await world.decide(await world.message(otherApprover, 'reject'))
  await world.result()
  await record('release-7', world.handle.workflowId)
})

// A release that somebody ended in Temporal is started again by a round that holds the outside against the record.
{
  const world = await gateWorld({ workerless: true })
  const worker = await gateWorker({ ...world.workerInput, looksForTrouble: true })
  try {
    const { client, prefix } = world.environment
    const asked = { model: 'm', prefix, release: 'm/1', runKey, candidateVersion: '2' }
    const release = { ...asked, incident: null, requestedBy: ['rule:automatic'] }
    await upsertSteward(world.db, { ...newSteward('m'), release }, new Date())
    await reconcileNow(world.environment)
    await world.opened()
    await world.handle.terminate('somebody cleaned up')
    await reconcileNow(world.environment)
    await record('reconcile-2', `${workflowId.reconcile(prefix)}/by-hand`)
    await client.workflow.getHandle(workflowId.steward(prefix, 'm')).terminate('it is recorded')
  } finally {
    await worker.stop()
    await world.close()
  }
}

// What a log holds becomes the reference.
const world = await absorbWorld()
try {
  for (const [day, shift] of [
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
  ] as const)
    await world.scanDay(day, shift)
  await until(async () => (await findSteward(world.db, 'm'))?.drift?.windows === 2)
  const since = new Date(origin + 48 * hourMs).toISOString()
  const wish = ['absorb', 'm', '--since', since, '--reason', 'a new price list', '--output', 'json']
  const { out } = await world.cli('operator', ...wish)
  const { workflowId: absorb } = absorbAnswer.parse(JSON.parse(out))
  const approve = ['approve', 'm/1', '--reason', 'seen']
  await world.cli('approver', ...approve)
  await world.cli('other-approver', ...approve)
  await until(async () => (await findRelease(world.db, 'm/1'))?.state === 'promoted')
  const { client, prefix } = world.environment
  const release = workflowId.release(prefix, 'm/1')
  await client.workflow.getHandle(release).result()
  await record('absorb', absorb)
  await record('release-5', release)
} finally {
  await world.close()
}
