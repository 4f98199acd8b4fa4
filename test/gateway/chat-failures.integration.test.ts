import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linkAccount } from '../../adapters/postgres/chat-accounts.ts'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { type ChatGate, chatGate, olga, pavel } from '../support/chat-gate.ts'
import { closedAfter } from '../support/closed-after.ts'
import { until } from '../support/gate-world.ts'
import { slackHome } from '../support/slack-people.ts'

const open = closedAfter(chatGate)

const outcomesOf = async ({ world }: ChatGate) =>
  (await listDecisions(world.gate.db, 'm/1')).map(({ decision }) => decision.outcome)
const newest = ({ slack }: ChatGate) => [...slack.messages.values()].at(-1)!

test('the buttons go before anything is decided, and the card says whose answer is recorded', async () => {
  const gate = await open({ checkMs: 2_000 })
  await gate.people.press({ person: olga })
  await until(async () => JSON.stringify(newest(gate).blocks).includes('⏳ recording Approver'))
  assert.ok(!JSON.stringify(newest(gate).blocks).includes('"approve"'))
  assert.deepEqual(await outcomesOf(gate), [])
  await gate.told(olga, /^APPROVED/)
  await gate.shows(/approved and in place/)
})

test('an edit that is late never covers the final state', async () => {
  const gate = await open()
  const held = Promise.withResolvers<void>()
  gate.slack.beforeUpdate = (blocks) =>
    blocks.includes('⏳ recording') ? held.promise : Promise.resolve()
  await gate.people.press({ person: olga })
  // Decided while the edit that takes the buttons away is still on its way.
  await gate.told(olga, /^APPROVED/)
  held.resolve()
  await gate.shows(/approved and in place/)
  await gate.world.gate.result()
  assert.match(newest(gate).text, /approved and in place/)
  assert.ok(!JSON.stringify(newest(gate).blocks).includes('⏳ recording'))
})

test('a click on a request that expired is told so, and the card says it too', async () => {
  const gate = await open({ expiry: '6s' })
  const late = gate.people.payloadOf({ person: olga })
  await gate.shows(/expired/)
  await gate.people.send(late)
  await gate.told(olga, /^EXPIRED/)
  assert.ok(!(await outcomesOf(gate)).includes('APPROVED'))
  assert.match(newest(gate).text, /expired/)
})

test('one person with two accounts counts once', async () => {
  const gate = await open({ approval: { required: 2 } })
  const second = { id: 'U0OLGA2', name: 'olga-private' }
  const account = {
    kind: 'slack',
    workspace: slackHome.workspace,
    user: second.id,
    name: second.name,
  }
  const olgaToo = { subject: 'approver', name: 'Approver' }
  await linkAccount(gate.world.gate.db, account, olgaToo, new Date())
  await gate.people.press({ person: olga })
  await gate.told(olga, /^ACCEPTED_PENDING_QUORUM: accepted, 1 of 2/)
  await until(async () => JSON.stringify(newest(gate).blocks).includes('"approve"'))
  assert.match(JSON.stringify(newest(gate).blocks), /1 of 2 so far/)
  await gate.people.press({ person: second })
  await gate.told(second, /^DUPLICATE: Approver has already approved/)
  await until(async () => JSON.stringify(newest(gate).blocks).includes('"approve"'))
  await gate.people.press({ person: pavel })
  await gate.told(pavel, /^APPROVED/)
  await gate.shows(/approved and in place/)
  assert.deepEqual(await outcomesOf(gate), ['ACCEPTED_PENDING_QUORUM', 'DUPLICATE', 'APPROVED'])
})

test('a database that is slow makes the chat give up, and the click counts all the same', async () => {
  const gate = await open()
  const client = await gate.world.gate.db.connect()
  try {
    await client.query('begin')
    await client.query('lock table chat_answers')
    // Slack waits three seconds and then says that it failed.
    await assert.rejects(gate.people.press({ person: olga }), { name: 'TimeoutError' })
    assert.deepEqual(await outcomesOf(gate), [])
    await client.query('rollback')
  } finally {
    client.release()
  }
  await gate.told(olga, /^APPROVED/)
  assert.deepEqual(await outcomesOf(gate), ['APPROVED'])
})

test('a click on a message that was deleted meanwhile counts, and nobody misses the card', async () => {
  const gate = await open({ approval: { required: 2 } })
  const click = gate.people.payloadOf({ person: olga })
  gate.slack.messages.clear()
  await gate.people.send(click)
  await gate.told(olga, /^ACCEPTED_PENDING_QUORUM/)
  // It is posted anew, since the request is still open.
  await gate.shows(/waiting for approval/)
  await until(async () => JSON.stringify(newest(gate).blocks).includes('1 of 2 so far'))
  await gate.people.press({ person: pavel })
  await gate.shows(/approved and in place/)
})

test('a group source that does not answer keeps the click, and gives nobody rights', async () => {
  const gate = await open()
  gate.rights(null)
  await gate.people.press({ person: olga })
  await gate.told(olga, /^Received, not yet applied: the group source does not answer/)
  assert.deepEqual(await outcomesOf(gate), [])
  const series = await (await fetch(`${gate.world.url}/metrics`)).text()
  assert.match(series, /drift_chat_answer_waiting_seconds\{channel="team"\} \d/)
  gate.rights({ approver: ['viewer', 'approver'] })
  await gate.told(olga, /^APPROVED/)
})

test('a form that Slack does not open any more is told, and nothing is decided', async () => {
  const gate = await open()
  const click = gate.people.payloadOf({ person: pavel, verb: 'reject' })
  // As when the request took longer than the three seconds for which it may be opened.
  gate.slack.triggers.clear()
  await gate.people.send(click)
  await gate.told(pavel, /^Nothing was decided: the form could not be opened in time/)
  assert.deepEqual(await outcomesOf(gate), [])
})
