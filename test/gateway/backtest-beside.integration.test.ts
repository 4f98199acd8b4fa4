import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { keepHouse } from '../../activities/housekeeping.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { backtestResult } from '../../contracts/backtest.ts'
import type { Report } from '../../contracts/report.ts'
import { settingsAsWritten } from '../../contracts/settings-text.ts'
import { storageSettings } from '../../contracts/storage.ts'
import { binningDigest, buildBinning } from '../../profiles/index.ts'
import { runCli } from '../cli/run-cli.ts'
import { gatewayOver } from '../support/gateway-over.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { storeReference } from '../support/reference.ts'
import { day, scanWorld, scheduledAfter, values } from '../support/scan-world.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-beside-'))
after(() => rmSync(folder, { recursive: true }))

test('windows that were judged by the reading beside are replayed to the byte, once their parts are merged', async () => {
  await using parts = new AsyncDisposableStack()
  const opened = scanWorld({ detection: { scales: [1, 3] } })
  const world = parts.adopt(await opened, (one) => one.close())
  const { deps, model, written, send } = world
  const { pool } = world.database
  const reports: Report[] = []
  /** A day on which two versions, whose amounts differ, answered so many predictions, in small slices. */
  const scan = async (index: number, first: number, second: number) => {
    const moved = day(index, second, { version: '2', shift: 2, seed: 80 + index })
    await send([
      ...day(index, first, { version: '1', seed: 50 + index }),
      ...moved.map(({ value, ...at }) => ({ ...at, value: value.replace('"id":"d', '"id":"e') })),
    ])
    const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
    const beside = plan.beside && { beside: plan.beside.reading }
    for (const { partition, cut } of plan.partitions) {
      const input = { model: 'm', reading: plan.reading, partition, to: cut, ...beside }
      await advanceLedger(deps, input, { records: 150 })
    }
    reports.push(await judgeWindow(deps, plan))
    return plan
  }
  const example = readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8')
  const text = `${example.slice(0, example.indexOf('\nmodels:') + 1)}models: ${JSON.stringify({ m: written })}\n`
  const settings = settingsAsWritten(text)
  await storeConfigVersion(pool, { digest: 'e', text, settings, person: 'test' })
  await scan(0, 800, 300)
  await scan(1, 300, 800)
  const next = mulberry32(2)
  const rows = Array.from({ length: 4_000 }, () => values(next, 2))
  const binning = buildBinning('m', 'b2', model.features, rows, { segments: [] })
  await storeReference(pool, binning, '2', rows)
  for (const [first, second] of [
    [800, 300],
    [300, 800],
  ] as const) {
    assert.ok((await scan(reports.length, first, second)).beside)
  }
  assert.deepEqual(
    reports.slice(2).map(({ evidence }) => evidence.binning),
    [binningDigest(world.binning), binningDigest(binning)],
    'the third window was judged by the reading beside',
  )
  const kept = { models: { m: model }, storage: storageSettings.parse(undefined) } as never
  const done = await keepHouse({
    db: pool,
    settings: async () => ({ settings: kept }),
    clock: () => Date.now() + 86_400_000,
  })
  assert.ok(done.merged > done.into)

  const gateway = parts.adopt(await gatewayOver(pool), (one) => one.close())
  const environment = { DRIFTGATE_TOKEN: await gateway.identity.tokenOf('operator') }
  const { out, err } = await runCli(
    ['backtest', 'm', '--gateway', gateway.url, '--output', 'json'],
    { folder, environment },
  )
  const [one] = backtestResult.parse(JSON.parse(out || err)).configurations
  assert.deepEqual(
    one?.windows.map(({ verdict, headline }) => [verdict, headline]),
    reports.map(({ verdict, headline }) => [verdict, headline]),
  )
  assert.deepEqual(one?.record, { judged: 4, same: 4 })
})
