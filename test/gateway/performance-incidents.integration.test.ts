import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listIncidents } from '../../adapters/postgres/incidents.ts'
import { stewardState, tellSteward } from '../../adapters/temporal/messages.ts'
import type { Incident } from '../../contracts/incident.ts'
import { Browser, signInAs } from '../support/browser.ts'
import { type ChatGate, chatGate, olga } from '../support/chat-gate.ts'
import { until } from '../support/gate-world.ts'
import { measuredByLabels, performanceOf } from '../support/judged-performance.ts'

let gate: ChatGate
let incident: Incident
before(async () => {
  gate = await chatGate()
  gate.rights({ approver: ['viewer', 'approver', 'operator'] })
  const { environment, db } = gate.world.gate
  await measuredByLabels(db, 1)
  await tellSteward(environment, 'm', 'performance-judged', performanceOf('estimate', 1))
  await gate.shows(/worse performance, estimated: m since 2024-01-02/)
  await tellSteward(environment, 'm', 'performance-judged', performanceOf('labels', 1))
  await gate.shows(/worse performance: m since 2024-01-02/)
  incident = (await listIncidents(db, 'm'))[0]!
  assert.match(incident.id, /-estimate$/)
})
after(() => gate?.close())

const buttons = (): string[] =>
  [...gate.slack.messages.values()]
    .at(-1)
    ?.blocks.find(({ type }) => type === 'actions')
    ?.elements.map(({ action_id }: { action_id: string }) => action_id) ?? []

test('its page says how it is known and by how much, and offers no absorbing', async () => {
  const address = `${gate.world.url}/incidents/${incident.id}`
  const browser = new Browser()
  const page = await signInAs(browser, address, 'operator')
  assert.match(page.text, /Realised: it is measured by labels/)
  assert.match(page.text, /Loss \(brier\), version 3: 0\.041 worse \(0\.028 to 0\.054\)/)
  assert.match(page.text, /<summary>Retrain…/)
  assert.doesNotMatch(page.text, /Absorb…/)
  const svg = await browser.open(`${address}/picture.svg`)
  assert.match(svg.text, /^<svg .*m: measured by labels/)
  const png = await browser.open(`${address}/picture.png`)
  assert.equal(png.headers.get('content-type'), 'image/png')
})

test('the model is shown with it, and it is among its incidents', async () => {
  const { body } = await gate.world.ask('viewer', 'models/m')
  assert.equal(body.incident.kind, 'PERFORMANCE')
  assert.equal(body.incident.by, 'labels')
  const { body: all } = await gate.world.ask('viewer', 'models/m/incidents')
  assert.equal(all.incidents[0].id, incident.id)
})

test('on its card somebody takes care of it, and asks for a retraining', async () => {
  assert.deepEqual(buttons(), ['acknowledge', 'retrain', 'open'])
  await gate.people.press({ person: olga, verb: 'acknowledge' })
  await gate.told(olga, /^ACKNOWLEDGED: you take care of it/)
  await gate.shows(/worse performance, acknowledged: m/)
  const path = incident.id.split('/').slice(1).map(encodeURIComponent).join('/')
  const post = { method: 'POST' as const, body: {} }
  const late = await gate.world.ask('operator', `models/m/incidents/${path}/acknowledge`, post)
  assert.equal(late.body.outcome, 'ALREADY_ACKNOWLEDGED', JSON.stringify(late.body))
  await gate.people.press({ person: olga, verb: 'retrain' })
  await until(async () => gate.slack.views.length === 1)
  await gate.people.submit(olga, 'fraud has changed')
  await gate.told(olga, /^ASKED: the steward of m has it/)
  const wanted = async () => (await stewardState(gate.world.gate.environment, 'm'))?.wanted
  await until(async () => (await wanted()) != null)
  assert.equal((await wanted())?.incident, incident.id)
  assert.equal((await wanted())?.reason, 'fraud has changed')
})
