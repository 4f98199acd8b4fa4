import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { listIncidents } from '../../adapters/postgres/incidents.ts'
import { tellSteward } from '../../adapters/temporal/messages.ts'
import type { IncidentKind } from '../../contracts/incident.ts'
import type { VerdictName } from '../../contracts/report.ts'
import { driftReport } from '../reports/examples.ts'
import {
  driftSlice,
  lossSlice,
  measureOf,
  quietReport,
  slicedReport,
} from '../reports/why-examples.ts'
import { Browser, signInAs } from '../support/browser.ts'
import { type ChatGate, chatGate } from '../support/chat-gate.ts'
import { overflowOf, startChromium } from '../support/chromium.ts'
import { until } from '../support/gate-world.ts'
import { judged } from '../support/judged.ts'
import { estimatedBefore, measuredByLabels, performanceOf } from '../support/judged-performance.ts'
import { verdictOf } from '../support/scripted-activities.ts'

/** Where to put pictures of the pages, for whoever wants to look at them; nowhere unless said. */
const picturesFolder = process.env['PAGE_PICTURES']

let gate: ChatGate
before(async () => {
  gate = await chatGate({ labels: { topic: 'labels', delay: '2d' } })
})
after(() => gate?.close())

const db = () => gate.world.gate.db
const tell = (day: number, verdict: VerdictName = 'DRIFT') =>
  tellSteward(gate.world.gate.environment, 'm', 'verdict-reached', verdictOf('m', day, verdict))

async function incidentOf(kind: IncidentKind, windows: number) {
  const found = async () =>
    (await listIncidents(db(), 'm')).find(
      (each) => each.kind === kind && each.state === 'open' && each.windows === windows,
    )
  await until(async () => (await found()) !== undefined)
  return (await found())!
}

const addressOf = (id: string) => `${gate.world.url}/incidents/${id}`
const whyPathOf = (id: string) =>
  `models/m/incidents/${id.split('/').slice(1).map(encodeURIComponent).join('/')}/why`
const textOf = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
const cardText = () => JSON.stringify([...gate.slack.messages.values()].at(-1)?.blocks)

test('an incident of an estimate: card and page show what is estimated against the reference, with its picture', async () => {
  await judged(db(), 1, quietReport)
  await estimatedBefore(db(), 1)
  const { environment } = gate.world.gate
  await tellSteward(environment, 'm', 'performance-judged', performanceOf('estimate', 1))
  await gate.shows(/worse performance, estimated: m since 2024-01-02/)
  const { id } = await incidentOf('PERFORMANCE', 1)
  const expected = /0\.16 estimated \(0\.15 to 0\.18\), 0\.12 on the reference/
  await until(async () => expected.test(cardText()))
  assert.match(cardText(), /Estimated: no labels have confirmed it yet/)
  assert.match(cardText(), /Which kind: too early to say, no labels yet/)
  await until(async () => [...gate.slack.files.values()].some(({ complete }) => complete))

  const browser = new Browser()
  const page = textOf((await signInAs(browser, addressOf(id), 'viewer')).text)
  assert.match(page, expected)
  assert.match(page, /Estimated: no labels have confirmed it yet/)
  assert.match(page, /Which kind Too early to say It suggests: wait\./)
  assert.match(page, /By its data and an estimate, before its labels are final/)
  assert.match(page, /no labels yet: nothing is known of the loss/)
  const svg = await browser.open(`${addressOf(id)}/picture.svg`)
  assert.match(svg.text, /m: estimated before the labels/)
  assert.match(svg.text, /0\.16 estimated/)

  const { body } = await gate.world.ask('viewer', whyPathOf(id))
  assert.equal(body.latest.by, 'estimate')
  assert.equal(body.latest.kind.kind, 'too_early')
  assert.equal(body.latest.performance.verdict, 'DRIFT')
})

test('an incident of drift: the slices that nobody declared, and the kind by labels as soon as one window has them', async () => {
  await judged(db(), 3, slicedReport)
  await tell(3)
  await gate.shows(/drift: m since 2024-01-04/)
  const { id } = await incidentOf('DRIFT', 1)
  const browser = new Browser()
  const early = textOf((await signInAs(browser, addressOf(id), 'viewer')).text)
  assert.match(early, /Which kind Too early to say It suggests: wait\./)
  assert.match(early, /By its data alone: the window from 2024-01-04/)
  assert.equal(early.split(driftSlice.replace('>', '&gt;').replace('<', '&lt;')).length, 2, early)

  await judged(db(), 5)
  await measuredByLabels(db(), 3, measureOf(driftReport))
  // Two drifted windows in a row would ask for a retraining.
  await tell(4, 'NO_DRIFT')
  await tell(5)
  const told = await incidentOf('DRIFT', 2)
  const page = textOf((await browser.open(addressOf(id))).text)
  assert.match(page, /Data drift with loss It suggests: retrain on rows since then\./)
  assert.match(page, /By its final labels: the window from 2024-01-04/)
  assert.match(page, /Too early to say It suggests: wait\./)
  assert.ok(page.includes(lossSlice.replaceAll('>', '&gt;')), page)
  const { body } = await gate.world.ask('viewer', whyPathOf(told.id))
  assert.equal(body.labelled.kind.suggests, 'retrain')
  assert.equal(body.labelled.slices.loss.found[0].sentence, lossSlice)
  assert.equal(body.latest.kind.kind, 'too_early')
})

test('any window is explained by its start, the latest by its name, and none that is not on record', async () => {
  const { body: latest } = await gate.world.ask('viewer', 'models/m/why/latest')
  assert.equal(latest.window.start, '2024-01-06T00:00:00.000Z')
  const start = encodeURIComponent('2024-01-04T00:00:00Z')
  const { body } = await gate.world.ask('viewer', `models/m/why/${start}`)
  assert.equal(body.kind.kind, 'data_drift_with_loss')
  assert.equal(body.slices.drift.found[0].sentence, driftSlice)
  for (const window of [encodeURIComponent('2020-01-01T00:00:00Z'), 'yesterday']) {
    const { body: unknown } = await gate.world.ask('viewer', `models/m/why/${window}`)
    assert.equal(unknown.code, 'VERDICT_UNKNOWN')
  }
  const { body: nobody } = await gate.world.ask('viewer', 'models/m/incidents/DRIFT/never/why')
  assert.equal(nobody.code, 'CONCERN_UNKNOWN')
  assert.equal((await gate.world.ask(null, 'models/m/why/latest')).status, 401)
})

test('the pages fit a phone and a desk, and complain of nothing', async () => {
  const chromium = await startChromium()
  try {
    for (const { id, kind } of await listIncidents(db(), 'm')) {
      for (const [width, colors] of [
        [1000, 'light'],
        [380, 'dark'],
      ] as const) {
        const page = await chromium.open(addressOf(id), { width, colors })
        await page.click('button[value="viewer"]')
        await page.waitForSelector('.picture')
        assert.equal(await overflowOf(page), 0)
        if (picturesFolder) {
          const path = join(picturesFolder, `incident-${kind}-${width}-${colors}.png`)
          await page.screenshot({ path, fullPage: true })
        }
      }
    }
    assert.deepEqual(chromium.complaints, [])
  } finally {
    await chromium.close()
  }
})
