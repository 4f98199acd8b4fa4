import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { currentConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { listIncidents } from '../../adapters/postgres/incidents.ts'
import { listNotices } from '../../adapters/postgres/notices.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import { recordVerdict } from '../../adapters/postgres/verdicts.ts'
import { tellSteward } from '../../adapters/temporal/messages.ts'
import { workflowId } from '../../contracts/messages.ts'
import type { VerdictName } from '../../contracts/report.ts'
import { driftReport } from '../reports/examples.ts'
import { Browser, hidden, signInAs } from '../support/browser.ts'
import { until } from '../support/gate-world.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'
import { newScript, verdictOf } from '../support/scripted-activities.ts'

let world: GatewayWorld
before(async () => {
  world = await gatewayWorld({ script: newScript() })
})
after(() => world?.close())

const tell = (day: number, verdict: VerdictName) =>
  tellSteward(world.gate.environment, 'm', 'verdict-reached', verdictOf('m', day, verdict))

/** The open incident of the model; opened by a bad window where there is none. */
async function openIncident(day: number, verdict: VerdictName = 'DRIFT') {
  await tell(day, verdict)
  const found = async () =>
    (await listIncidents(world.gate.db, 'm')).find(
      ({ state, kind, lastWindow }) =>
        state === 'open' &&
        kind === verdict &&
        lastWindow.start === verdictOf('m', day, verdict).window.start,
    )
  await until(async () => (await found()) !== undefined)
  return (await found())!
}

async function quiet(first: number) {
  await tell(first, 'NO_DRIFT')
  await tell(first + 1, 'NO_DRIFT')
  const open = async () =>
    (await listIncidents(world.gate.db, 'm')).filter(({ state }) => state === 'open')
  await until(async () => (await open()).length === 0)
}

const pathOf = (id: string) =>
  `models/m/incidents/${id.split('/').slice(1).map(encodeURIComponent).join('/')}/acknowledge`

const post = { method: 'POST' as const, body: {} }

test('an operator acknowledges an incident and is told; the next is told by whom, nobody else may', async () => {
  const { id } = await openIncident(1)
  const refused = await world.ask('viewer', pathOf(id), post)
  assert.equal(refused.body.code, 'NOT_AUTHORISED')
  assert.equal((await world.ask(null, pathOf(id), post)).status, 401)
  const first = await world.ask('operator', pathOf(id), post)
  assert.equal(first.body.outcome, 'ACKNOWLEDGED', JSON.stringify(first.body))
  assert.equal(first.body.acknowledged.by, 'operator')
  const again = await world.ask('operator', pathOf(id), post)
  assert.equal(again.body.outcome, 'ACKNOWLEDGED')
  assert.equal(again.body.acknowledged.at, first.body.acknowledged.at)
  const { body } = await world.ask('viewer', 'models/m/incidents')
  assert.equal(body.incidents[0].acknowledged.by, 'operator')
  assert.equal(body.incidents[0].state, 'open')
  await quiet(2)
  const late = await world.ask('operator', pathOf(id), post)
  assert.equal(late.body.outcome, 'ACKNOWLEDGED')
})

test('what was resolved, and what is not there, is said so', async () => {
  const { id } = await openIncident(11)
  await quiet(12)
  assert.equal((await world.ask('operator', pathOf(id), post)).body.outcome, 'RESOLVED')
  const unknown = await world.ask('operator', 'models/m/incidents/DRIFT/never/acknowledge', post)
  assert.equal(unknown.status, 404)
  assert.equal(unknown.body.code, 'CONCERN_UNKNOWN')
})

test('notices are listed and acknowledged like incidents', async () => {
  await tell(21, 'STALE')
  await until(async () => (await listNotices(world.gate.db, 'm')).length === 1)
  const { body } = await world.ask('viewer', 'models/m/notices')
  assert.equal(body.notices[0].cause, 'STALE')
  const answer = await world.ask('operator', pathOf(body.notices[0].id), post)
  assert.equal(answer.body.outcome, 'ACKNOWLEDGED')
})

test('a person who looks at an incident sees what its card says, and why they may do nothing', async () => {
  const { id } = await openIncident(31)
  const browser = new Browser()
  const page = await signInAs(browser, `${world.url}/incidents/${id}?from=chat`, 'viewer')
  assert.equal(page.status, 200)
  assert.match(page.text, /<h1>drift: m since 2024-02-01<\/h1>/)
  assert.match(page.text, /day 31 says DRIFT/)
  assert.match(page.text, /Only someone with the role operator may do this/)
  assert.match(page.text, /<button class="approve" disabled/)
  const home = await browser.open(world.url)
  assert.match(home.text, /drift: m since 2024-02-01<\/a>/)
  const gone = await browser.open(`${world.url}/incidents/m/DRIFT/never`)
  assert.equal(gone.status, 404)
  await quiet(32)
})

test('the form of the page acknowledges, once, in the name of whoever is signed in', async () => {
  const { id } = await openIncident(41)
  const browser = new Browser()
  const page = await signInAs(browser, `${world.url}/incidents/${id}`, 'operator')
  const form = { csrf: hidden(page, 'csrf'), ask: hidden(page, 'ask') }
  const forged = { ...form, csrf: 'x'.repeat(43) }
  const refused = await browser.submit(page, `/incidents/${id}/acknowledge`, forged)
  assert.match(refused.text, /FORM_EXPIRED/)
  const done = await browser.submit(page, `/incidents/${id}/acknowledge`, form)
  assert.equal(done.url.pathname, `/incidents/${id}`)
  assert.match(done.text, /<strong>ACKNOWLEDGED<\/strong>/)
  assert.match(done.text, /Operator acknowledged it/)
  assert.doesNotMatch(done.text, /Acknowledge<\/button>/)
  const nobody = await new Browser().submit(page, `/incidents/${id}/acknowledge`, form)
  assert.equal(nobody.status, 401)
  await quiet(42)
})

test('a retraining asked for on the page twice is asked for once, with the reason', async () => {
  const { id } = await openIncident(51)
  const browser = new Browser()
  const page = await signInAs(browser, `${world.url}/incidents/${id}`, 'operator')
  const form = { csrf: hidden(page, 'csrf'), ask: hidden(page, 'ask'), reason: 'new prices' }
  const path = `/incidents/${id}/retrain`
  const empty = await browser.submit(page, path, { ...form, reason: ' ' })
  assert.match(empty.text, /REQUEST_INVALID/)
  assert.match(empty.text, /<details open><summary>Retrain…/)
  assert.equal((await browser.open(empty.url.href)).url.pathname, `/incidents/${id}`)
  assert.match((await browser.submit(page, path, form)).text, /ASKED/)
  await browser.submit(page, path, form)
  const state = async () => (await findSteward(world.gate.db, 'm'))!
  await until(async () => (await state()).wanted !== null)
  assert.deepEqual((await state()).wanted?.requestedBy, ['operator'])
  assert.equal((await state()).wanted?.reason, 'new prices')
  const asked = (await state()).seen.filter((event) => event.startsWith('retrain/m/'))
  assert.deepEqual(asked, [`retrain/m/${form.ask}`])
})

test('a wish to absorb is one run of the workflow, however often the form is sent', async () => {
  const { id, firstWindow } = await openIncident(61)
  const browser = new Browser()
  const page = await signInAs(browser, `${world.url}/incidents/${id}`, 'operator')
  const ask = hidden(page, 'ask')
  const since = firstWindow.start.replace('T00', 'T06')
  const form = { csrf: hidden(page, 'csrf'), ask, since, reason: 'new <prices>' }
  const path = `/incidents/${id}/absorb`
  const [one, other] = await Promise.all([
    browser.submit(page, path, form),
    browser.submit(page, path, form),
  ])
  // Refused, as this log holds nothing, and both are told.
  for (const page of [one, other]) assert.match(page!.text, /ABSORB_RANGE.*as the script says/)
  // What was typed is there to be corrected, and the correction is another wish.
  assert.match(one.text, /<details open><summary>Absorb…/)
  assert.match(one.text, /<textarea id="absorb-reason"[^>]*>new &lt;prices&gt;<\/textarea>/)
  assert.ok(one.text.includes(`name="since" value="${since}"`))
  assert.match(one.text, /<textarea id="retrain-reason"[^>]*><\/textarea>/)
  assert.notEqual(hidden(one, 'ask'), ask)
  const { client, prefix } = world.gate.environment
  const handle = client.workflow.getHandle(workflowId.absorb(prefix, 'm', ask))
  const { runId } = await handle.describe()
  await browser.submit(page, path, form)
  assert.equal((await handle.describe()).runId, runId)
})

test('nothing is retrained on broken input: the page does not offer it', async () => {
  const { id } = await openIncident(71, 'DATA_QUALITY')
  const page = await signInAs(new Browser(), `${world.url}/incidents/${id}`, 'operator')
  assert.doesNotMatch(page.text, /Retrain…/)
  assert.match(page.text, /Why broken windows are normal/)
})

test('the picture of an incident is served to whoever is signed in, drawn or as PNG', async () => {
  const { window, evidenceDigest } = verdictOf('m', 81, 'DRIFT')
  const report = { ...driftReport, model: 'm', window, evidenceDigest }
  const { id: config } = (await currentConfigVersion(world.gate.db))!
  await recordVerdict(world.gate.db, config, { report, looks: {}, known: 0 })
  await tell(81, 'DRIFT')
  const found = async () =>
    (await listIncidents(world.gate.db, 'm')).find(
      ({ lastWindow }) => lastWindow.start === window.start,
    )
  await until(async () => (await found()) !== undefined)
  const address = `${world.url}/incidents/${(await found())!.id}`
  const browser = new Browser()
  const page = await signInAs(browser, address, 'viewer')
  assert.match(page.text, /<h2>How sure<\/h2>/)
  assert.match(page.text, /aria-label="car-loan: DRIFT|aria-label="m: DRIFT/)
  const svg = await browser.open(`${address}/picture.svg`)
  assert.equal(svg.headers.get('content-type'), 'image/svg+xml')
  assert.match(svg.text, /^<svg .*car_value drifted: effect 0\.92 &gt; 0\.10/)
  const png = await browser.open(`${address}/picture.png`)
  assert.equal(png.headers.get('content-type'), 'image/png')
  assert.match(png.text, /^.PNG/)
  const nobody = await new Browser().open(`${address}/picture.png`)
  assert.match(nobody.text, /Who are you\?/)
  const none = await browser.open(`${world.url}/incidents/m/DRIFT/never/picture.png`)
  assert.equal(none.status, 404)
})
