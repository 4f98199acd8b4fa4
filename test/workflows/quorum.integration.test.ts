import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rememberAccount } from '../../adapters/postgres/accounts.ts'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { closedAfter } from '../support/closed-after.ts'
import {
  approver,
  type GateWorldOptions,
  gateWorld,
  otherApprover,
  viewer,
} from '../support/gate-world.ts'
import { targetNow } from '../support/table-target.ts'

const opened = closedAfter(gateWorld)
async function openGate(options: GateWorldOptions) {
  const world = await opened(options)
  await world.open()
  return world
}
type World = Awaited<ReturnType<typeof openGate>>

const answers = async (world: World, person: typeof approver) =>
  (await world.decide(await world.message(person)))?.outcome

test('a role and a group: the model moves when both are there, and the record says who counted for what', async () => {
  const quorum = [{ role: 'approver' }, { group: 'risk' }]
  const world = await openGate({ approval: { quorum } })
  assert.equal(await answers(world, otherApprover), 'ACCEPTED_PENDING_QUORUM')
  assert.deepEqual(await targetNow(world.db), { version: '1', moves: 0 })
  assert.equal(await answers(world, viewer), 'NOT_AUTHORISED')
  assert.equal(await answers(world, approver), 'APPROVED')
  assert.equal((await world.result()).state, 'promoted')
  const links = await listDecisions(world.db, 'm/1')
  assert.deepEqual(links.at(-1)?.decision.quorum, {
    of: 2,
    taken: [
      { person: 'Approver', place: '1 person with the role approver' },
      { person: 'Other Approver', place: '1 person in the group risk' },
    ],
    missing: '',
  })
})

test('one person with two accounts counts once, by the list or by the claim; the row keeps person and account', async () => {
  const world = await openGate({
    approval: { required: 2 },
    people: { Mia: ['approver', 'mia-at-work'] },
  })
  assert.equal(await answers(world, approver), 'ACCEPTED_PENDING_QUORUM')
  const second = { ...approver, subject: 'mia-at-work', name: 'Mia' }
  assert.equal(await answers(world, second), 'DUPLICATE')
  const claimed = { ...otherApprover, person: 'ada@example.com' }
  const alsoClaimed = { ...claimed, subject: 'ada-at-work' }
  await world.apply({ required: 3 })
  assert.equal(await answers(world, claimed), 'STALE_EVIDENCE')
  assert.equal(await answers(world, claimed), 'ACCEPTED_PENDING_QUORUM')
  assert.equal(await answers(world, alsoClaimed), 'DUPLICATE')
  const rows = (await listDecisions(world.db, 'm/1')).map(({ decision }) => decision)
  assert.deepEqual(
    rows.map(({ person, account }) => `${person} ${account ?? ''}`),
    [
      'Mia approver',
      'Mia mia-at-work',
      ...['ada@example.com other-approver', 'ada@example.com other-approver'],
      'ada@example.com ada-at-work',
    ],
  )
})

test('whoever asked may not approve with another account, nor an owner what a rule asked for', async () => {
  const asked = await openGate({ requestedBy: ['operator-account'] })
  const { db } = asked
  await rememberAccount(db, { subject: 'operator-account', person: 'mia@example.com' }, new Date())
  const mia = { ...approver, person: 'mia@example.com' }
  assert.equal(await answers(asked, mia), 'SELF_APPROVAL')
  assert.equal(await answers(asked, otherApprover), 'APPROVED')

  const owned = await openGate({ owners: ['business'] })
  assert.equal(await answers(owned, approver), 'SELF_APPROVAL')
  await owned.apply({ ownersMayApprove: true })
  // Judged by the gate that it was shown, which is then asked anew.
  assert.equal(await answers(owned, approver), 'SELF_APPROVAL')
  assert.equal(await answers(owned, approver), 'APPROVED')
})
