import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { currentConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { recordLook } from '../../adapters/postgres/second-looks.ts'
import { recordVerdict } from '../../adapters/postgres/verdicts.ts'
import { historyAnswer } from '../../contracts/api.ts'
import { type Report, reportSchema } from '../../contracts/report.ts'
import { runCli } from '../cli/run-cli.ts'
import { driftReport } from '../reports/examples.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

let world: GatewayWorld
before(async () => {
  world = await gatewayWorld()
  const version = await currentConfigVersion(world.gate.db)
  for (const day of [1, 2, 3]) {
    await recordVerdict(world.gate.db, version!.id, { report: reportOf(day), looks: {}, known: 0 })
  }
})
after(() => world?.close())

/** A report of one day; on the second nothing was judged, on the third a segment drifted over several windows. */
function reportOf(day: number): Report {
  const [first, second] = driftReport.features
  const features = day === 2 ? [] : [first!, { ...second!, segment: 'country=DE', windows: 6 }]
  return {
    ...driftReport,
    model: 'm',
    verdict: day === 2 ? 'INSUFFICIENT_DATA' : day === 3 ? 'DRIFT' : 'NO_DRIFT',
    headline: `day ${day}`,
    window: { start: at(day), end: at(day + 1) },
    features,
  }
}

const at = (day: number) => `2024-01-0${day}T00:00:00.000Z`

test('the history has every verdict with how each feature stood, the newest first', async () => {
  const { status, body } = await world.ask('viewer', 'models/m/history')
  assert.equal(status, 200, JSON.stringify(body))
  const { windows } = historyAnswer.parse(body)
  assert.deepEqual(
    windows.map(({ id, verdict, headline }) => [id, verdict, headline]),
    [
      [at(3), 'DRIFT', 'day 3'],
      [at(2), 'INSUFFICIENT_DATA', 'day 2'],
      [at(1), 'NO_DRIFT', 'day 1'],
    ],
  )
  assert.deepEqual(windows[1]?.features, [])
  const base = {
    detector: 'chi-square',
    windows: 1,
    state: 'ok',
    effect: 0.021,
    minimumEffect: 0.1,
  }
  assert.deepEqual(windows[0]?.features, [
    { ...base, feature: 'salary_range' },
    {
      feature: 'car_value',
      segment: 'country=DE',
      detector: 'ks',
      windows: 6,
      state: 'drifted',
      effect: 0.92,
      minimumEffect: 0.1,
    },
  ])
})

test('it ends with the window that is asked for', async () => {
  const { body } = await world.ask('viewer', `models/m/history?until=${at(2)}`)
  assert.deepEqual(
    historyAnswer.parse(body).windows.map(({ headline }) => headline),
    ['day 2', 'day 1'],
  )
})

test('a window that was judged once more says so, and shows that look when asked', async () => {
  const { db } = world.gate
  await db.query(`insert into binnings (digest, model, binning) values ('b', 'm', '{}');
    insert into readings (id, model, topic, binning, definition) values ('r', 'm', 't', 'b', '{}')`)
  const first = reportOf(1)
  const { window } = first
  const plan = { model: 'm', window, configVersion: 1, reading: 'r', partitions: [] }
  const report: Report = { ...first, verdict: 'DRIFT', evidenceDigest: 'later' }
  await recordLook(db, plan, { share: 0.2, report })
  await recordLook(db, plan, { share: 0.2, report })
  const shown = await world.ask('viewer', `models/m/verdicts/${at(1)}`)
  const { again, ...rest } = reportSchema.parse(shown.body)
  assert.deepEqual([rest.verdict, again?.verdict, again?.good], ['NO_DRIFT', 'DRIFT', 4955])
  const token = await world.identity.tokenOf('viewer')
  const cli = (...words: string[]) =>
    runCli(['report', 'm', ...words, '--gateway', world.url], {
      environment: { DRIFTGATE_TOKEN: token },
      columns: 200,
    })
  const told = await cli('--window', at(1))
  assert.equal(told.status, 0, told.err)
  assert.match(told.out, /judged once more 20.*, with 4,955 rows: DRIFT \(--again shows it\)/)
  assert.equal((await cli('--window', at(1), '--again')).status, 10)
  const once = await cli('--window', at(2), '--again')
  assert.match(once.err, /error\[VERDICT_ONLY_ONE\]/)
})

test('what is no time, an unknown model, and nobody signed in are refused', async () => {
  const wrong = await world.ask('viewer', 'models/m/history?until=yesterday')
  assert.equal(wrong.status, 400)
  assert.equal((await world.ask('viewer', 'models/none/history')).body.code, 'MODEL_UNKNOWN')
  assert.equal((await world.ask(null, 'models/m/history')).status, 401)
})
