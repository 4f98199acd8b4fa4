import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { signDecision } from '../../adapters/identity/decision-token.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import { decide } from '../../adapters/temporal/messages.ts'
import { until } from '../support/gate-world.ts'
import { policyWorld, withApproval } from '../support/policy-world.ts'
import { targetNow } from '../support/table-target.ts'
import { verifyChain } from '../support/verify-chain.ts'

const worlds: { close(): Promise<void> }[] = []
after(async () => {
  for (const world of worlds) await world.close()
})
async function opened(options: Parameters<typeof policyWorld>[0] = {}) {
  const world = await policyWorld(options)
  worlds.push(world)
  return world
}

test('a looser policy waits at the gate in force, two people let it in, and what waits passes by it', async () => {
  const world = await opened()
  await world.gate.open()
  const before = (await world.row('m/1'))!
  const { answer } = await world.apply(withApproval({ required: 1 }))
  const [gate] = answer.gates
  assert.equal(gate.inForce, false)
  assert.deepEqual(gate.pending, {
    ...{ model: 'm', configVersion: 2, appliedBy: 'Operator', release: 'm/2' },
    differences: [
      {
        direction: 'looser',
        what: '1 person with the role approver instead of 2 people with the role approver',
      },
    ],
    ...{ state: 'asking', reason: '' },
  })
  const row = await world.opened('m/2')
  assert.equal(row.evidence.schema, 'driftgate-policy-evidence/1')
  assert.equal(row.evidence.policy.required, 2)
  assert.deepEqual(row.requestedBy, ['operator'])
  // What waits is judged as before.
  assert.equal((await world.row('m/1'))!.evidenceDigest, before.evidenceDigest)
  const { body: view } = await world.ask('viewer', 'models/m')
  assert.equal(view.policy.state, 'waiting')

  const first = await world.say('approver', 'm/2')
  assert.match(first.sentence, /1 of 2 approvals/)
  assert.equal((await world.inForce()).approval.required, 2)
  assert.equal((await world.say('other-approver', 'm/2')).outcome, 'APPROVED')
  const ended = await world.ended('m/2')
  assert.equal(ended.state, 'promoted')
  assert.equal(ended.reason, 'the gate of configuration version 2 is in force')
  assert.equal((await world.inForce()).approval.required, 1)
  await until(async () => (await world.row('m/1'))!.evidence.policy.required === 1)
  assert.equal((await world.say('approver', 'm/1')).outcome, 'APPROVED')
  assert.equal((await world.ended('m/1')).state, 'promoted')
  assert.deepEqual(await targetNow(world.db), { version: '2', moves: 1 })
  assert.equal((await world.ask('viewer', 'models/m')).body.policy, null)
  assert.equal((await verifyChain(world.db)).links, 3)
  assert.deepEqual((await findSteward(world.db, 'm'))?.policies, [])
})

test('whoever applied it may not approve it, nobody breaks the glass for it, and people in the gate before judge', async () => {
  const people = { olga: ['operator', 'olga-at-home'] }
  const breakGlass = { role: 'approver', review: '1d' }
  const world = await opened({ people, approval: { required: 1, breakGlass } })
  // The same file takes the second account away.
  await world.apply((written) => ({ ...withApproval({ expiry: '2h' })(written), people: {} }))
  const { evidence, evidenceDigest: digest } = await world.opened('m/2')
  assert.ok(evidence.schema === 'driftgate-policy-evidence/1')
  assert.deepEqual(
    evidence.differences.map(({ what }) => what),
    ['a request expires after 2h instead of 1h', 'operator and olga-at-home count as two people'],
  )
  const give = async (subject: string, more: object = {}) => {
    const person = { subject, name: subject, roles: ['approver'], groups: [] }
    const binding = { person, release: 'm/2', digest, answer: 'approve' as const, ...more }
    const token = await signDecision(world.signingKey, binding, Date.now())
    const message = { schema: 'driftgate-decision/1' as const, token, reason: 'mine' }
    return (await decide(world.gate.environment, 'm/2', message, randomUUID()))?.outcome
  }
  assert.equal(await give('operator'), 'SELF_APPROVAL')
  assert.equal(await give('olga-at-home'), 'SELF_APPROVAL')
  assert.equal(await give('approver', { breakGlass: true }), 'NOT_AUTHORISED')
  const refused = await world.say('approver', 'm/2', 'approve', { breakGlass: true })
  assert.equal(refused.code, 'NOT_AUTHORISED')
  assert.equal(await give('approver'), 'APPROVED')
  assert.equal((await world.ended('m/2')).state, 'promoted')
  assert.deepEqual((await world.inForce()).people, {})
})

test('rejected: everything stays as it was and says why, and it is asked again only when somebody wants that', async () => {
  const world = await opened()
  await world.apply(withApproval({ required: 1 }))
  await world.opened('m/2')
  assert.equal((await world.say('approver', 'm/2', 'reject')).outcome, 'REJECTED')
  await world.ended('m/2')
  assert.equal((await world.inForce()).approval.required, 2)
  const { body } = await world.ask('viewer', 'releases?state=waiting')
  assert.deepEqual(body.releases, [])
  const [policy] = body.policies
  assert.deepEqual([policy.release, policy.state], ['m/2', 'rejected'])
  assert.equal(policy.reason, 'by Approver')

  const same = await world.apply((written) => written)
  assert.equal(same.answer.changed, false)
  assert.equal(same.answer.gates[0].pending.state, 'rejected')
  const other = await world.apply((written) => ({ ...written, environment: 'other' }))
  assert.equal(other.answer.gates[0].pending.release, 'm/2')
  const again = await world.apply((written) => written, { askAgain: true })
  assert.equal(again.answer.gates[0].pending.release, 'm/3')
  await world.opened('m/3')
})

test('nobody answers: it expires as the gate before says, and that gate stays', async () => {
  const world = await opened({ approval: { required: 2, expiry: '2s' } })
  await world.apply(withApproval({ required: 1, expiry: '7d' }))
  assert.equal((await world.ended('m/2')).state, 'expired')
  assert.equal((await world.inForce()).approval.required, 2)
  const { body } = await world.ask('viewer', 'models/m')
  assert.equal(body.policy.state, 'expired')
})

test('a newer configuration ends the request and asks anew; one that is no looser settles it', async () => {
  const world = await opened()
  await world.apply(withApproval({ required: 1 }))
  await world.opened('m/2')
  assert.equal((await world.say('approver', 'm/2')).outcome, 'ACCEPTED_PENDING_QUORUM')
  const other = await world.apply(withApproval({ required: 1, role: 'viewer' }))
  assert.equal(other.answer.gates[0].pending.release, 'm/3')
  assert.equal((await world.ended('m/2')).state, 'void')
  await world.opened('m/3')
  const back = await world.apply(withApproval({ required: 2, role: 'approver' }))
  assert.deepEqual(back.answer.gates, [])
  assert.equal((await world.ended('m/3')).state, 'void')
  // What was voided is asked for anew when it is applied once more.
  const anew = await world.apply(withApproval({ required: 1 }))
  assert.equal(anew.answer.gates[0].pending.release, 'm/4')
  await world.opened('m/4')
  const tighter = await world.apply(withApproval({ required: 3 }))
  assert.deepEqual(
    [tighter.answer.gates[0].direction, tighter.answer.gates[0].inForce],
    ['tighter', true],
  )
  assert.equal((await world.inForce()).approval.required, 3)
  assert.equal((await world.ended('m/4')).state, 'void')
})

test('looser in one point and tighter in another waits with both', async () => {
  const world = await opened()
  await world.apply(withApproval({ required: 3, expiry: '30d' }))
  const { approval } = await world.inForce()
  assert.equal(approval.required, 2)
  await world.opened('m/2')
})
