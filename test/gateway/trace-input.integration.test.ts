import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { settingsAsWritten } from '../../contracts/settings-text.ts'
import { type TraceAnswer, traceAnswer } from '../../contracts/trace.ts'
import { runCli } from '../cli/run-cli.ts'
import { Browser, signInAs } from '../support/browser.ts'
import { overflowOf, startChromium } from '../support/chromium.ts'
import { gatewayOver } from '../support/gateway-over.ts'
import { day, origin, scanWorld, scheduledAfter } from '../support/scan-world.ts'

/** Where to put pictures of the page, for whoever wants to look at it; nowhere unless said. */
const picturesFolder = process.env['PAGE_PICTURES']

const ends: (() => Promise<unknown>)[] = []
after(async () => {
  for (const end of ends.toReversed()) await end()
})
let world: Awaited<ReturnType<typeof scanWorld>>
let gateway: Awaited<ReturnType<typeof gatewayOver>>

before(async () => {
  world = await scanWorld()
  ends.push(() => world.close())
  const { pool } = world.database
  const example = readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8')
  const written = { ...world.written, retraining: { policy: 'never' } }
  const text = `${example.slice(0, example.indexOf('\nmodels:') + 1)}models: ${JSON.stringify({ m: written })}\n`
  const settings = settingsAsWritten(text)
  await storeConfigVersion(pool, { digest: 'e', text, person: 'test', settings })
  const time = new Date(origin + 3_600_000).toISOString()
  const odd = { amount: 1_000_000, plan: 'XX' }
  await world.send([
    ...day(0, 400),
    {
      value: JSON.stringify({
        id: 'odd/1',
        time,
        model: 'm',
        version: '1',
        features: odd,
        score: 0.5,
      }),
      partition: 1,
    },
  ])
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(world.deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  await judgeWindow(world.deps, plan)
  gateway = await gatewayOver(pool)
  ends.push(() => gateway.close())
})

async function trace(person: string, id: string): Promise<TraceAnswer> {
  const token = await gateway.identity.tokenOf(person)
  const words = ['trace', 'm', id, '--gateway', gateway.url, '--output', 'json']
  const { out, err, status } = await runCli(words, { environment: { DRIFTGATE_TOKEN: token } })
  assert.equal(status, 0, err)
  return traceAnswer.parse(JSON.parse(out))
}

test('an odd input is told by its features and by how many rows of the reference are as odd', async () => {
  const [row] = (await trace('operator', 'odd/1')).rows
  const { input } = row!
  assert.equal(input?.from, 'sample')
  assert.deepEqual(input?.unusual, { share: 0, rows: 1_000 })
  assert.deepEqual(
    input?.values.slice(0, 2).map(({ feature, value, note }) => [feature, value, note]),
    [
      ['amount', 1_000_000, 'above all'],
      ['plan', 'XX', 'unseen'],
    ],
  )
  assert.ok((input?.values[2]?.tail ?? 0) > 0.9, 'its score is in the middle')
  const [usual] = (await trace('operator', 'd0-17')).rows
  assert.ok((usual?.input?.unusual?.share ?? 0) > 0.01, String(usual?.input?.unusual?.share))
})

test('where no sample is kept the log is read again, and says the same', async () => {
  const before = (await trace('operator', 'd0-17')).rows[0]?.input
  const { pool } = world.database
  await pool.query('update parts set sample = null')
  const again = (await trace('operator', 'd0-17')).rows[0]?.input
  assert.equal(before?.from, 'sample')
  assert.deepEqual({ ...again, from: 'sample' }, before)
  assert.equal(again?.from, 'log')
  const told = await gatewayText('operator', 'd0-17')
  assert.match(told, /values from the log, read again at its offset/)
})

async function gatewayText(person: string, id: string): Promise<string> {
  const page = await signInAs(new Browser(), pageOf(id), person)
  assert.equal(page.status, 200)
  return page.text
}

const pageOf = (id: string) => `${gateway.url}/models/m/predictions?id=${encodeURIComponent(id)}`

test('what was asked is for operators', async () => {
  const [row] = (await trace('viewer', 'odd/1')).rows
  assert.equal(row?.input, null)
  assert.equal(row?.inputAbsent, 'what was asked is for operators')
  assert.match(await gatewayText('viewer', 'odd/1'), /what was asked is for operators/)
})

test('the page leads from the first one, keeps what was typed, and says what is not kept', async () => {
  const home = await signInAs(new Browser(), gateway.url, 'viewer')
  assert.match(home.text, /<a href="\/models\/m\/predictions">m<\/a>/)
  const empty = await signInAs(new Browser(), `${gateway.url}/models/m/predictions`, 'viewer')
  assert.match(empty.text, /<input id="id" name="id" value=""/)
  const unknown = await signInAs(new Browser(), pageOf('<none>'), 'viewer')
  assert.equal(unknown.status, 404)
  assert.match(unknown.text, /value="&lt;none&gt;"/)
  assert.match(unknown.text, /PREDICTION_UNKNOWN/)
})

test('the page is read on a phone and in the dark', async () => {
  const chromium = await startChromium()
  ends.push(() => chromium.close())
  for (const [width, colors] of [
    [380, 'light'],
    [380, 'dark'],
    [1_100, 'light'],
  ] as const) {
    const page = await chromium.open(pageOf('odd/1'), { width, colors })
    await page.click('button[value="operator"]')
    await page.waitForSelector('#id')
    assert.ok((await overflowOf(page)) <= 0, `${width} ${colors}`)
    const text = (await page.evaluate('document.body.innerText')) as string
    assert.match(text, /above everything in the reference/)
    if (picturesFolder) {
      const path = join(picturesFolder, `trace-${width}-${colors}.png`)
      await page.screenshot({ path, fullPage: true })
    }
  }
  assert.deepEqual(chromium.complaints, [])
})
