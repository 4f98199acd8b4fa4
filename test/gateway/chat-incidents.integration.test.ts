import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listIncidents } from '../../adapters/postgres/incidents.ts'
import { listNotices } from '../../adapters/postgres/notices.ts'
import { stewardState, tellSteward } from '../../adapters/temporal/messages.ts'
import { type ChatGate, chatGate, olga, pavel, vera } from '../support/chat-gate.ts'
import { until } from '../support/gate-world.ts'
import { verdictOf } from '../support/scripted-activities.ts'

let gate: ChatGate
before(async () => {
  gate = await chatGate()
  gate.rights({
    approver: ['viewer', 'approver', 'operator'],
    'other-approver': ['viewer', 'operator'],
    viewer: ['viewer'],
  })
  const { environment } = gate.world.gate
  await tellSteward(environment, 'm', 'verdict-reached', verdictOf('m', 1, 'DRIFT'))
  await gate.shows(/drift: m since 2024-01-02/)
})
after(() => gate?.close())

/** The message of the incident, after which others come. */
const incidentCard = (): string =>
  [...gate.slack.messages.values()].find(({ text }) => /drift/.test(text))?.ts ?? ''

const buttons = (): string[] =>
  [...gate.slack.messages.values()]
    .at(-1)
    ?.blocks.find(({ type }) => type === 'actions')
    ?.elements.map(({ action_id }: { action_id: string }) => action_id) ?? []

test('whoever may not is told so alone, and the incident stays as it was', async () => {
  assert.deepEqual(buttons(), ['acknowledge', 'retrain', 'absorb', 'open'])
  await gate.people.press({ person: vera, verb: 'acknowledge' })
  await gate.told(vera, /^NOT_AUTHORISED/)
  const [incident] = await listIncidents(gate.world.gate.db, 'm')
  assert.equal(incident?.acknowledged, undefined)
})

test('Acknowledge says at once who takes care, and the card loses that button', async () => {
  await Promise.all([
    gate.people.press({ person: olga, verb: 'acknowledge' }),
    gate.people.press({ person: olga, verb: 'acknowledge' }),
  ])
  await gate.told(olga, /^ACKNOWLEDGED: you take care of it/)
  await gate.shows(/drift, acknowledged: m since 2024-01-02/)
  assert.deepEqual(buttons(), ['retrain', 'absorb', 'open'])
  const [incident] = await listIncidents(gate.world.gate.db, 'm')
  assert.equal(incident?.acknowledged?.by, 'approver')
})

test('a notice is acknowledged on its card too, and loses its only button', async () => {
  const { db, environment } = gate.world.gate
  for (const day of [2, 3, 4]) {
    await tellSteward(environment, 'm', 'verdict-reached', verdictOf('m', day, 'STALE'))
  }
  await gate.shows(/no rows come: m since/)
  assert.deepEqual(buttons(), ['acknowledge', 'open'])
  await gate.people.press({ person: olga, verb: 'acknowledge' })
  await gate.shows(/no rows come, acknowledged: m/)
  assert.deepEqual(buttons(), ['open'])
  assert.equal((await listNotices(db, 'm'))[0]?.acknowledged?.by, 'approver')
})

test('Absorb… asks why first, and proposes in the name of whoever pressed it', async () => {
  await gate.people.press({ person: pavel, verb: 'absorb', ts: incidentCard() })
  await until(async () => gate.slack.views.length === 1)
  assert.match(JSON.stringify(gate.slack.views), /Why is it harmless\?/)
  await gate.people.submit(pavel, 'the new price list')
  await gate.told(pavel, /^ASKED: what the log holds since 2024-01-02/)
  const { client, prefix } = gate.world.gate.environment
  const runs = client.workflow.list({ query: `WorkflowId STARTS_WITH '${prefix}absorb/m/'` })
  const found: string[] = []
  for await (const { workflowId } of runs) found.push(workflowId)
  for (const id of found) await client.workflow.getHandle(id).terminate('the test has seen it')
})

test('Retrain… asks why first, and the steward hears of it once', async () => {
  await gate.people.press({ person: olga, verb: 'retrain', ts: incidentCard() })
  await until(async () => gate.slack.views.length === 2)
  await gate.people.submit(olga, 'new prices since Monday')
  await gate.told(olga, /^ASKED: the steward of m has it/)
  const wanted = async () => (await stewardState(gate.world.gate.environment, 'm'))?.wanted
  await until(async () => (await wanted()) != null)
  assert.deepEqual((await wanted())?.requestedBy, ['approver'])
  assert.equal((await wanted())?.reason, 'new prices since Monday')
})
