import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { finishBackfill, planBackfill } from '../../activities/backfill.ts'
import { backfillLedger } from '../../activities/backfill-ledger.ts'
import { keepHouse } from '../../activities/housekeeping.ts'
import { storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { backtestResult } from '../../contracts/backtest.ts'
import { settingsAsWritten } from '../../contracts/settings-text.ts'
import { storageSettings } from '../../contracts/storage.ts'
import { runCli } from '../cli/run-cli.ts'
import { gatewayOver } from '../support/gateway-over.ts'
import { scanPairs as scan } from '../support/pair-log.ts'
import { day, origin, scanWorld } from '../support/scan-world.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-kept-'))
const dayMs = 86_400_000
const at = (index: number) => new Date(origin + index * dayMs).toISOString()

let world: Awaited<ReturnType<typeof scanWorld>>
let gateway: Awaited<ReturnType<typeof gatewayOver>>
let token = ''

/** A configuration with the model as it is now, changed as said. */
function configured(name: string, change: object = {}): string {
  const example = readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8')
  const written = structuredClone(world.written) as { log: object }
  const log = { ...written.log, paths: { features: 'input' } }
  const model = { ...written, log, retraining: { policy: 'never' }, ...change }
  const text = `${example.slice(0, example.indexOf('\nmodels:') + 1)}models: ${JSON.stringify({ m: model })}\n`
  writeFileSync(join(folder, name), text)
  return text
}

/** Each row has its features twice, and the broker had it a moment later. */
const received = (index: number, shift: number) =>
  day(index, 260, { shift }).map(({ value, partition }) => {
    const record = JSON.parse(value)
    const timestamp = String(Date.parse(record.time) + 2_000)
    return { partition, timestamp, value: JSON.stringify({ ...record, input: record.features }) }
  })

async function replayed(config: string, ...words: string[]) {
  const { out, err } = await runCli(
    ['backtest', 'm', '--gateway', gateway.url, '--config', config, '--output', 'json', ...words],
    { folder, environment: { DRIFTGATE_TOKEN: token } },
  )
  const text = out || err
  if (!text.includes('driftgate-backtest/1')) return text
  const { configurations, assumptions } = backtestResult.parse(JSON.parse(text))
  const [one] = configurations
  return {
    windows: one!.windows.map(({ window, verdict, rows, same, reasons }) => ({
      ...{ day: (Date.parse(window.start) - origin) / dayMs, verdict, rows, same, reasons },
    })),
    leftOut: one!.leftOut.map(({ window, reason }) => [
      (Date.parse(window.start) - origin) / dayMs,
      reason,
    ]),
    assumptions: assumptions.join('; '),
  }
}
const result = async (...words: Parameters<typeof replayed>) => {
  const found = await replayed(...words)
  assert.ok(typeof found === 'object', String(found))
  return found
}

/** Housekeeping so many days from now, of a model that has no windows to come. */
const tidy = async (days: number, retention: object) => {
  const storage = storageSettings.parse({ retention })
  const settings = { models: {}, storage } as never
  const clock = () => Date.now() + days * dayMs
  return keepHouse({ db: world.database.pool, settings: async () => ({ settings }), clock })
}

/** The days 0 to 2 were judged as they were read then, 3 to 7 in a new way, which was read back to the first one. */
before(async () => {
  world = await scanWorld({ labels: null })
  for (const index of [0, 1, 2]) {
    await world.send(received(index, 0))
    await scan(world.deps, index)
  }
  world.model.log.paths.features = 'input'
  const text = configured('applied.yaml')
  const settings = settingsAsWritten(text)
  await storeConfigVersion(world.database.pool, { digest: 'e', text, settings, person: 'test' })
  for (const index of [3, 4, 5, 6, 7]) {
    await world.send(received(index, index === 6 ? 1 : 0))
    await scan(world.deps, index)
  }
  const plan = await planBackfill(world.deps, { model: 'm', since: at(0) })
  for (const { partition, from } of plan.partitions) {
    await backfillLedger(world.deps, { model: 'm', reading: plan.reading, partition, from })
  }
  await finishBackfill(world.deps, plan)
  gateway = await gatewayOver(world.database.pool)
  token = await gateway.identity.tokenOf('operator')
})
after(async () => {
  await gateway?.close()
  await world?.close()
  rmSync(folder, { recursive: true })
})

test('windows that were backfilled hold all that was read of them, and each says so', async () => {
  const { windows, leftOut, assumptions } = await result('applied.yaml')
  assert.deepEqual(leftOut, [])
  assert.ok(windows.every(({ rows }) => rows === 260))
  assert.deepEqual(
    windows.map(({ same, reasons }) => [same, reasons]),
    [...Array(3).fill([undefined, ['NO_CUT']]), ...Array(5).fill([true, undefined])],
  )
  assert.match(assumptions, /3 windows were never scanned that way/)
})

test('rows that detectors of rows want and that are not kept are told for each window', async () => {
  // Of quiet windows the counts alone are kept; the one that drifted depends on its rows.
  const merged = await tidy(2, { samples: '1d' })
  const { samples } = await tidy(2, { samples: '1d' })
  assert.deepEqual([merged.lifted > 0, samples > 0], [true, true])
  const { windows, leftOut } = await result('applied.yaml')
  assert.deepEqual(leftOut.at(-1), [6, 'NOT_KEPT'])
  const kept = windows.filter(({ day: index }) => index >= 3)
  assert.deepEqual(
    kept.map(({ day: index, same, reasons }) => [index, same, reasons]),
    [3, 4, 5, 7].map((index) => [index, true, undefined]),
  )
  configured('rows.yaml', { detection: { minimumRows: 200, rows: ['energy-rows'] } })
  const asked = await result('rows.yaml', '--from', at(3))
  assert.ok(asked.windows.every(({ reasons }) => reasons?.includes('SAMPLES_NOT_KEPT')))
  assert.match(asked.assumptions, /sampled rows of 4 windows are not kept any more/)
})

test('what is only kept as whole windows is not taken apart, and what is gone is no empty window', async () => {
  configured('half.yaml', {
    window: { ...world.written.window, length: '12h' },
    detection: { minimumRows: 100 },
  })
  const { pool } = world.database
  await pool.query(`update merged_parts set until = bucket + interval '1 day' where bucket = $1`, [
    at(1),
  ])
  const half = await result('half.yaml', '--to', at(3))
  assert.deepEqual(half.leftOut, [
    [1, 'ROWS_GONE'],
    [1.5, 'ROWS_GONE'],
  ])
  assert.deepEqual(
    half.windows.map(({ day: index, rows }) => [index, rows]),
    [0, 0.5, 2, 2.5].map((index) => [index, 130]),
  )
  await pool.query(
    `update merged_parts set profile = null, sample = null, lifted_at = now() where bucket >= $1 and bucket < $2`,
    [at(1), at(2)],
  )
  await pool.query('update cuts set lifted_at = null')
  configured('lately.yaml', {
    references: { training: { kind: 'training' }, lately: { kind: 'rolling', last: '3d' } },
  })
  const { windows, leftOut, assumptions } = await result('lately.yaml')
  assert.deepEqual(leftOut, [[1, 'ROWS_GONE']])
  const told = windows.filter(({ reasons }) => reasons?.includes('EARLIER_NOT_KEPT'))
  assert.deepEqual(told.map(({ day: index }) => index).slice(0, 3), [2, 3, 4])
  assert.match(assumptions, /may look back at counts that are not kept/)
})

test('where nothing is left, that is said with why', async () => {
  await tidy(3, { samples: '1d', evidence: '1d', parts: '1d' })
  assert.match(
    String(await replayed('applied.yaml')),
    /BACKTEST_NO_WINDOWS.*no counts of it are kept/s,
  )
  assert.match(
    String(await replayed('applied.yaml', '--from', at(0), '--to', at(8))),
    /BACKTEST_NO_WINDOWS.*8 windows are left out: retention took/s,
  )
})
