import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { currentConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { until } from '../support/gate-world.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

let world: GatewayWorld
before(async () => {
  world = await gatewayWorld({ approval: { required: 2 } })
  await world.gate.open()
})
after(async () => {
  if (!world) return
  // Its schedule goes with it.
  await apply(({ models: _, ...rest }) => ({ ...rest, models: {} }))
  await world.close()
})

// biome-ignore lint/suspicious/noExplicitAny: a configuration as it was written
async function apply(change: (written: any) => unknown, dryRun = false) {
  const current = await currentConfigVersion(world.gate.db)
  const text = JSON.stringify(change(JSON.parse(current!.text)))
  const body = { file: 'driftgate.yaml', text, paused: true, dryRun }
  return world.ask('operator', 'config', { method: 'PUT', body })
}
// biome-ignore lint/suspicious/noExplicitAny: likewise
const withApproval = (approval: object) => (written: any) => {
  const { m } = written.models
  const retraining = { policy: 'never' }
  return {
    ...written,
    models: { m: { ...m, retraining, approval: { ...m.approval, ...approval } } },
  }
}
const row = async () => (await findRelease(world.gate.db, 'm/1'))!

test('a dry run says that a gate gets looser, and asks nothing anew', async () => {
  const { evidenceDigest } = await row()
  const { body } = await apply(withApproval({ required: 1, expiry: '2h' }), true)
  assert.deepEqual(body.gates, [
    {
      model: 'm',
      direction: 'looser',
      differences: [
        '1 person with the role approver instead of 2 people with the role approver',
        'a request expires after 2h instead of 1h',
      ],
      inForce: false,
      pending: null,
    },
  ])
  assert.equal((await row()).evidenceDigest, evidenceDigest)
  const { rows } = await world.gate.db.query(
    'select from gate_policies union all select from asked_policies',
  )
  assert.equal(rows.length, 0)
})

test('another gate asks anew at once what waits at it, and what was given before counts no more', async () => {
  const before = await row()
  const approve = () => {
    const body = { answer: 'approve', digest: before.evidenceDigest }
    return world.ask('approver', 'releases/m/1/decisions', { method: 'POST', body })
  }
  assert.equal((await approve()).body.outcome, 'ACCEPTED_PENDING_QUORUM')
  const { body } = await apply(withApproval({ required: 3 }))
  assert.equal(body.gates[0].direction, 'tighter')
  await until(async () => (await row()).evidenceDigest !== before.evidenceDigest)
  assert.equal((await row()).evidence.policy.required, 3)
  const { body: view } = await world.ask('viewer', 'releases/m/1')
  const again = {
    method: 'POST' as const,
    body: { answer: 'approve', digest: view.evidenceDigest },
  }
  const { body: outcome } = await world.ask('approver', 'releases/m/1/decisions', again)
  assert.match(outcome.sentence, /1 of 3 approvals/)
})

test('what changes only when people are told asks nothing anew', async () => {
  const { askedAt } = await row()
  const quietHours = [{ from: '20:00', until: '08:00' }]
  const { body } = await apply(withApproval({ quietHours }))
  assert.equal(body.changed, true)
  assert.deepEqual(body.gates, [])
  assert.deepEqual((await row()).askedAt, askedAt)
})
