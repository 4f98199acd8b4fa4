import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { backtestResult } from '../../contracts/backtest.ts'
import type { Report } from '../../contracts/report.ts'
import { settingsAsWritten } from '../../contracts/settings-text.ts'
import { runCli } from '../cli/run-cli.ts'
import { gatewayOver } from '../support/gateway-over.ts'
import { pairsOf, scanPairs as scan } from '../support/pair-log.ts'
import { day, origin, scanWorld } from '../support/scan-world.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-kinds-'))
const opened: { close(): Promise<unknown> }[] = []
after(async () => {
  for (const one of opened.toReversed()) await one.close()
  rmSync(folder, { recursive: true })
})

type World = Awaited<ReturnType<typeof scanWorld>>
type Sent = Parameters<World['send']>[0]

/** A model whose days are scanned one after the other, and a gateway over what is stored of them. */
async function judged(
  options: Parameters<typeof scanWorld>[0],
  days: readonly ((index: number) => Sent)[],
) {
  const world = await scanWorld(options)
  opened.push(world)
  const example = readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8')
  const configured = (change: object = {}) => {
    const model = { ...structuredClone(world.written), retraining: { policy: 'never' }, ...change }
    return `${example.slice(0, example.indexOf('\nmodels:') + 1)}models: ${JSON.stringify({ m: model })}\n`
  }
  const text = configured()
  const settings = settingsAsWritten(text)
  await storeConfigVersion(world.database.pool, { digest: 'e', text, settings, person: 'test' })
  const reports: Report[] = []
  for (const [index, sent] of days.entries()) {
    await world.send(sent(index))
    reports.push((await scan(world.deps, index)).report)
  }
  const gateway = await gatewayOver(world.database.pool)
  opened.push(gateway)
  const people = ['viewer', 'operator'] as const
  const tokens = await Promise.all(people.map((person) => gateway.identity.tokenOf(person)))
  const replayed = async (person: (typeof people)[number], ...words: string[]) => {
    const { out, err } = await runCli(
      ['backtest', 'm', '--gateway', gateway.url, '--output', 'json', ...words],
      { folder, environment: { DRIFTGATE_TOKEN: tokens[people.indexOf(person)] as string } },
    )
    return backtestResult.parse(JSON.parse(out || err))
  }
  const write = (name: string, change: object) =>
    writeFileSync(join(folder, name), configured(change))
  return { world, reports, replayed, write }
}

const told = (windows: readonly { verdict: string; headline: string }[]) =>
  windows.map(({ verdict, headline }) => [verdict, headline])

const at = (index: number) => new Date(origin + index * 86_400_000).toISOString()

/** Days of 240 rows, of which those at weekends are shifted as every week. */
const weekly = (index: number) => (index % 7 >= 5 ? 1.5 : 0)

test('windows that were held against the same hours of the week are replayed to the byte', async () => {
  const usual = { kind: 'same-hour-of-week' as const, weeks: 2, holidays: ['2001-01-17'] }
  const { reports, replayed } = await judged(
    {
      references: {
        usual,
        lately: { kind: 'rolling', last: '3d' },
        training: { kind: 'training' },
      },
      detection: { scales: [1, 3] },
      segments: ['plan'],
    },
    Array.from(
      { length: 24 },
      (_, i) => (index: number) => day(index, 240, { shift: weekly(index) + (i >= 22 ? 2 : 0) }),
    ),
  )
  const [one] = (await replayed('viewer')).configurations
  assert.deepEqual(told(one!.windows), told(reports))
  assert.deepEqual(one?.record, { judged: 24, same: 24 })
  const inUse = reports.filter(({ references }) =>
    references?.some(({ name, unused }) => name === 'usual' && unused === null),
  )
  assert.ok(inUse.length > 5, 'the same hours of the week were in use')
  const [later] = (await replayed('viewer', '--from', at(18))).configurations
  assert.deepEqual(later?.record, { judged: 6, same: 6 })
})

test('what row detectors said is replayed to the byte for operators', async () => {
  const { reports, replayed } = await judged(
    {
      references: { training: { kind: 'training' }, lately: { kind: 'rolling', last: '3d' } },
      detection: { rows: ['energy-rows', 'domain-classifier'] },
    },
    Array.from(
      { length: 7 },
      (_, i) => (index: number) => day(index, 240, { shift: i >= 5 ? 1 : 0 }),
    ),
  )
  assert.ok(
    reports.some(({ joint }) => (joint ?? []).length > 0),
    'rows were compared',
  )
  const [one] = (await replayed('operator')).configurations
  assert.deepEqual(told(one!.windows), told(reports))
  assert.deepEqual(one?.record, { judged: 7, same: 7 })
  const { configurations, assumptions } = await replayed('viewer')
  const [seen] = configurations
  assert.equal(seen?.record?.same, 0, 'no window is as it was without its rows')
  assert.ok(seen?.windows.every(({ reasons }) => reasons?.includes('SAMPLES_REFUSED')))
  assert.match(assumptions.join(), /sampled rows are for operators/)
})

test('windows of requests and responses apart are replayed to the byte, with what found no other half', async () => {
  const halves = (index: number): Sent =>
    pairsOf(index, 260, { shift: index >= 8 ? 1 : 0 })
      .filter(({ id, half }) => half === 'request' || index !== 4 || !/[0-4]$/.test(id))
      .map(({ value }, i) => ({ value, partition: (i * 7) % 2 }))
  const { reports, replayed } = await judged(
    {
      log: { kind: 'pair', join: { delay: '5m' } },
      references: { training: { kind: 'training' }, lately: { kind: 'rolling', last: '3d' } },
      detection: { scales: [1, 3], rows: ['energy-rows'] },
      segments: ['plan'],
      labels: null,
    },
    Array.from(
      { length: 10 },
      (_, i) => (index: number) =>
        // Some of the day before once more, and late ones.
        i === 0 ? halves(index) : [...halves(index - 1).slice(0, 30), ...halves(index)],
    ),
  )
  assert.deepEqual([...new Set(reports.map(({ verdict }) => verdict))].sort(), [
    'DRIFT',
    'INCOMPLETE_WINDOW',
    'NO_DRIFT',
  ])
  const [one] = (await replayed('operator')).configurations
  assert.deepEqual(told(one!.windows), told(reports))
  assert.deepEqual(one?.record, { judged: 10, same: 10 })
})

test('windows whose rows count once are replayed to the byte', async () => {
  const { reports, replayed } = await judged(
    { log: { dedupe: 'exact' }, labels: null, detection: { scales: [1, 3] } },
    Array.from({ length: 6 }, () => (index: number) => {
      const rows = day(index, 240, { shift: index === 5 ? 1 : 0 })
      return [
        ...rows,
        ...rows.slice(0, 90),
        ...(index > 0 ? day(index - 1, 240).slice(40, 70) : []),
      ]
    }),
  )
  assert.ok(reports.every(({ rows }) => rows.good === 240 && (rows.removed ?? 0) >= 90))
  const [one] = (await replayed('viewer')).configurations
  assert.deepEqual(told(one!.windows), told(reports))
  assert.deepEqual(one?.record, { judged: 6, same: 6 })
})
