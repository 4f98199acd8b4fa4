import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { keepHouse } from '../../activities/housekeeping.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { backtestResult } from '../../contracts/backtest.ts'
import type { Report } from '../../contracts/report.ts'
import { parseSettings, settingsAsWritten } from '../../contracts/settings-text.ts'
import { storageSettings } from '../../contracts/storage.ts'
import { runCli } from '../cli/run-cli.ts'
import { gatewayOver } from '../support/gateway-over.ts'
import { day, origin, scanWorld, scheduledAfter } from '../support/scan-world.ts'

const dayMs = 86_400_000
const at = (index: number) => new Date(origin + index * dayMs).toISOString()
const folder = mkdtempSync(join(tmpdir(), 'driftgate-stored-'))

let world: Awaited<ReturnType<typeof scanWorld>>
let gateway: Awaited<ReturnType<typeof gatewayOver>>
const reports: Report[] = []
/** Told of every request to the gateway. */
let onRequest = async (_path: string): Promise<void> => {}

/** A configuration with the model as it is written, changed as said. */
function configured(name: string, change: (model: Record<string, unknown>) => unknown = (m) => m) {
  const example = readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8')
  const model = change(structuredClone(world.written) as Record<string, unknown>)
  const text = `${example.slice(0, example.indexOf('\nmodels:') + 1)}models: ${JSON.stringify({ m: model })}\n`
  writeFileSync(join(folder, name), text)
  return text
}

async function scan(index: number): Promise<void> {
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(world.deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  reports.push(await judgeWindow(world.deps, plan))
}

/** Drift on the days 11 and 12, late rows and an unreadable one on others, cents instead of units on the last one. */
before(async () => {
  world = await scanWorld({
    segments: ['plan'],
    detection: { scales: [1, 6] },
    references: { training: { kind: 'training' }, lately: { kind: 'rolling', last: '4d' } },
  })
  const text = configured('applied.yaml')
  const settings = settingsAsWritten(text)
  parseSettings(text, 'applied.yaml')
  await storeConfigVersion(world.database.pool, { digest: 'e', text, settings, person: 'test' })
  for (let index = 0; index < 16; index++) {
    const shift = index === 11 || index === 12 ? 1 : 0
    const rows = day(index, 300, { shift })
    if (index === 15) {
      const inCents = rows.map(({ value, partition }) => {
        const record = JSON.parse(value)
        record.features.amount *= 100
        return { value: JSON.stringify(record), partition }
      })
      await world.send(inCents)
    } else await world.send(rows)
    if (index === 5) await world.send(day(4, 30, { shift: 4, seed: 9 }))
    if (index === 7) await world.send([{ value: '{"id":', partition: 1 }])
    await scan(index)
  }
  gateway = await gatewayOver(world.database.pool, { onRequest: async (path) => onRequest(path) })
})
after(async () => {
  await gateway?.close()
  await world?.close()
  rmSync(folder, { recursive: true })
})

const as = async (person: string, ...words: string[]) =>
  runCli(['backtest', 'm', '--gateway', gateway.url, ...words], {
    ...{ folder, columns: 100 },
    environment: { DRIFTGATE_TOKEN: await gateway.identity.tokenOf(person) },
  })

test('with the configuration in force every verdict is that on record, to the byte', async () => {
  const { status, out, err } = await as(
    'operator',
    '--change',
    `${at(11)}=prices`,
    '--output',
    'json',
  )
  assert.equal(status, 10, err)
  const { source, window, configurations, assumptions } = backtestResult.parse(JSON.parse(out))
  assert.deepEqual(source, { kind: 'gateway', name: gateway.url })
  assert.deepEqual(window, { start: at(0), end: at(16) })
  const [one] = configurations
  assert.equal(one?.name, 'applied, version 2')
  assert.deepEqual(one?.record, { judged: 16, same: 16 })
  assert.deepEqual(
    one?.windows.map(({ verdict, headline }) => [verdict, headline]),
    reports.map(({ verdict, headline }) => [verdict, headline]),
  )
  const verdicts = new Set(reports.map(({ verdict }) => verdict))
  assert.deepEqual(verdicts, new Set(['NO_DRIFT', 'DRIFT', 'DATA_QUALITY']))
  assert.ok(reports.some(({ references }) => references?.every(({ unused }) => unused === null)))
  assert.ok(reports.some(({ evidence }) => (evidence.spans ?? []).length > 0))
  assert.ok(reports.some(({ rows }) => rows.late > 0) && reports.some(({ rows }) => rows.bad > 0))
  assert.equal(one?.changes[0]?.seen?.windows, 1)
  assert.deepEqual(
    one?.incidents.map(({ kind }) => kind),
    ['DRIFT', 'DATA_QUALITY'],
  )
  assert.match(assumptions.join(), /^a retraining ends at once and changes nothing/)
})

test('a part of them too: what came before is taken from the record', async () => {
  const { out, err } = await as('viewer', '--from', at(8), '--to', at(15), '--output', 'json')
  const [one] = backtestResult.parse(JSON.parse(out || err)).configurations
  assert.deepEqual(one?.record, { judged: 7, same: 7 })
})

test('samples of rows are records: a change of units is told to operators only', async () => {
  const { out, err } = await as('viewer', '--from', at(8), '--output', 'json')
  const { configurations, assumptions } = backtestResult.parse(JSON.parse(out || err))
  assert.equal(configurations[0]?.windows.at(-1)?.verdict, 'DRIFT')
  assert.equal(configurations[0]?.windows.at(-1)?.recorded, 'DATA_QUALITY')
  assert.deepEqual(configurations[0]?.record, { judged: 8, same: 7 })
  assert.match(assumptions.join(), /sampled rows are for operators/)
  const token = await gateway.identity.tokenOf('viewer')
  const refused = await fetch(`${gateway.url}/v1/models/m/backtest/references?samples=true`, {
    headers: { authorization: `Bearer ${token}` },
  })
  assert.equal(refused.status, 403)
})

test('two configurations side by side, and what is only in a file is replayed, too', async () => {
  configured('blind.yaml', (model) => ({
    ...model,
    features: { amount: { type: 'numeric', minimumEffect: 0.9 }, plan: { type: 'categorical' } },
    references: { training: { kind: 'training' } },
  }))
  const words = ['--to', at(15), '--compare', 'blind.yaml', '--change', `${at(11)}=prices`]
  const { status, out, err } = await as('viewer', ...words, '--html', 'page.html')
  assert.equal(status, 10, err)
  assert.match(out, /prices +seen after 1 window \(25 h\) +not seen/)
  assert.match(out, /as on record +15 of 15 verdicts \(100 %\) +nothing on record/)
  const page = readFileSync(join(folder, 'page.html'), 'utf8')
  assert.match(page, /from what is stored at http/)
  assert.equal(page.match(/<svg/g)?.length, 2)
  const alone = await as('viewer', '--to', at(15), '--config', 'blind.yaml')
  assert.equal(alone.status, 0, alone.err)
})

test('windows of another length hold what the first scan after their end could hold', async () => {
  configured('half.yaml', (model) => ({
    ...model,
    window: { ...(model['window'] as object), length: '12h' },
    references: { training: { kind: 'training' } },
    detection: { minimumRows: 100 },
  }))
  const { out, err } = await as(
    'viewer',
    '--config',
    'half.yaml',
    '--to',
    at(15),
    '--output',
    'json',
  )
  const [one] = backtestResult.parse(JSON.parse(out || err)).configurations
  assert.equal(one?.windows.length, 30)
  assert.ok(
    one?.windows.every(({ rows }) => rows === 150),
    'late rows lie above the cut',
  )
  assert.equal(one?.record, null)
  const days = one?.windows.flatMap(({ verdict, window }) => (verdict === 'DRIFT' ? [window] : []))
  assert.deepEqual([days?.[0]?.start, days?.at(-1)?.end], [at(11), at(13)])
})

test('what nothing stored was read for says what to do', async () => {
  configured('more.yaml', (model) => ({
    ...model,
    features: { ...(model['features'] as object), age: { type: 'numeric' } },
  }))
  configured('paths.yaml', (model) => ({
    ...model,
    log: { ...(model['log'] as object), paths: { features: 'input' } },
  }))
  const cases: [string[], RegExp][] = [
    [['--config', 'more.yaml'], /error\[BACKTEST_NEEDS_READING\].*no feature age.*backfill/s],
    [['--config', 'paths.yaml'], /error\[BACKTEST_NEEDS_READING\].*paths differ from how.*--log/s],
    [['--from', at(40)], /error\[BACKTEST_NO_WINDOWS\]/],
    [['--reference-windows', '8'], /error\[USAGE\].*references on record/s],
  ]
  for (const [words, expected] of cases) assert.match((await as('viewer', ...words)).err, expected)
  const unknown = await runCli(['backtest', 'm', '--gateway', gateway.url], { folder })
  assert.match(unknown.err, /error\[NOT_SIGNED_IN\]/)
})

test('parts that are merged between two pages are asked for again, and merged ones give the same bytes', async () => {
  const { pool } = world.database
  const settings = {
    models: { m: world.model },
    storage: storageSettings.parse(undefined),
  } as never
  let merged = 0
  onRequest = async (path) => {
    if (merged > 0 || !/parts.*samples=true/.test(path)) return
    const clock = () => Date.now() + dayMs
    merged = (await keepHouse({ db: pool, settings: async () => ({ settings }), clock })).merged
  }
  const asked = () => as('operator', '--output', 'json')
  for (const what of ['while they were replayed', 'before']) {
    const { out, err } = await asked()
    const [one] = backtestResult.parse(JSON.parse(out || err)).configurations
    assert.deepEqual(one?.record, { judged: 16, same: 16 }, what)
    assert.ok(merged > 0)
  }
  let gone = false
  onRequest = async (path) => {
    if (gone || !/parts.*samples=true/.test(path)) return
    gone = true
    await pool.query(
      'update merged_parts set profile = null, sample = null, lifted_at = now() where bucket >= $1',
      [at(15)],
    )
  }
  const refused = await asked()
  assert.equal(refused.status, 2)
  assert.match(refused.err, /BACKTEST_WINDOW_GONE/)
})
