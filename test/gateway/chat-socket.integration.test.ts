import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { type ChatGate, chatGate, olga, pavel } from '../support/chat-gate.ts'
import { until } from '../support/gate-world.ts'

let gate: ChatGate
before(async () => {
  gate = await chatGate({ mode: 'socket' })
  await until(async () => gate.slack.sockets.connected === 1)
})
after(() => gate?.close())

const outcomes = async () =>
  (await listDecisions(gate.world.gate.db, 'm/1')).map(({ decision }) => decision.outcome)

test('a connection that Slack ends is opened again, and nothing is asked of the outside', async () => {
  gate.slack.sockets.refresh()
  await until(async () => gate.slack.sockets.connected === 0)
  await until(async () => gate.slack.sockets.connected === 1)
})

test('an envelope that comes again counts once', async () => {
  await gate.people.press({ person: pavel, verb: 'reject' })
  await until(async () => gate.slack.views.length === 1)
  const blank = await gate.people.submit(pavel, '  ')
  assert.match(blank.text, /response_action/)
  const { status } = await gate.people.submit(pavel, 'not now')
  assert.equal(status, 200)
  await gate.slack.sockets.again()
  await gate.told(pavel, /^REJECTED/)
  await gate.shows(/rejected/)
  assert.deepEqual(await outcomes(), ['REJECTED'])
})

test('what comes from another workspace is acknowledged and decides nothing', async () => {
  const click = gate.people.payloadOf({ person: olga, verb: 'open' })
  await gate.people.send({ ...click, team: { id: 'T999' } })
  await until(async () => gate.problems.some((each) => /another workspace/.test(String(each))))
})

test('a Slack that is not reached ends nothing', async () => {
  await gate.slack.close()
  const unreached = () =>
    gate.problems.some((each) => (each as { code?: string }).code === 'CHAT_UNREACHABLE')
  await until(async () => unreached())
  assert.equal((await fetch(`${gate.world.url}/healthz`)).status, 200)
})

test('answers by HTTP are not taken where they come over a socket', async () => {
  const response = await fetch(`${gate.world.url}/chat/slack/team`, { method: 'POST', body: 'x' })
  assert.equal(response.status, 404)
})
