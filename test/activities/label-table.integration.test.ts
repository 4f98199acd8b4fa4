import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { advanceLabels } from '../../activities/advance-labels.ts'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { countLabels } from '../../activities/count-labels.ts'
import { measurePerformance } from '../../activities/measure-performance.ts'
import { planLabels } from '../../activities/plan-labels.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { openLabelTable } from '../../adapters/postgres/label-table.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { listPerformances } from '../../adapters/postgres/performances.ts'
import { modelSettings } from '../../contracts/config.ts'
import { labelTable } from '../../contracts/label-table.ts'
import { type ScanPhase, scanPhases } from '../../contracts/scan-phases.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { closedAfter } from '../support/closed-after.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { labelledWorld, labelOf } from '../support/labelled-world.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import type { ScanChildInput } from '../support/scan-child.ts'
import { day, origin, scheduledAfter } from '../support/scan-world.ts'

const world = closedAfter(labelledWorld)
type World = Awaited<ReturnType<typeof world>>

/** The team's own database, with the labels of its loans. */
let theirs: TestDatabase
before(async () => {
  theirs = await createDatabase()
  process.env['LABELS_URL'] = theirs.url
  await theirs.pool.query(`
    create schema risk;
    create table risk.outcomes (
      row_id bigint generated always as identity primary key, request text, decided timestamptz, outcome int,
      revoked boolean, updated_at timestamptz not null default clock_timestamp());
    create index on risk.outcomes (updated_at, row_id)`)
})
after(() => theirs?.drop())

const source = {
  ...{ url: { env: 'LABELS_URL' }, table: 'risk.outcomes', lag: '0s' },
  columns: { id: 'request', time: 'decided', label: 'outcome', withdrawn: 'revoked' },
  cursor: { at: 'updated_at', key: 'row_id' },
}

/** A world that reads its labels from the table, and nothing of its topic. */
async function tableWorld(more: object = {}): Promise<World> {
  await theirs.pool.query('truncate risk.outcomes')
  const own = await world({ labels: { delay: '1d', minimumLabels: 50 } })
  const { topic: _, ...labels } = own.written.labels as Record<string, unknown>
  const model = modelSettings.parse({
    ...own.written,
    labels: { ...labels, source: { ...source, ...more } },
  })
  Object.assign(own.model, model)
  return own
}

const scanned = async ({ deps }: World, index: number) => {
  const at = scheduledAfter(index)
  const plan = await planScan(deps, { model: 'm', scheduledAt: at })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  const labels = await planLabels(deps, { model: 'm', at, window: plan.window.start })
  assert.ok(labels !== null)
  for (const { partition, cut } of labels.partitions) {
    await advanceLabels(deps, { model: 'm', reading: labels.reading, partition, to: cut })
  }
  await measurePerformance(deps, labels)
  return labels
}

interface Said {
  readonly id: string
  readonly time: string
  /** Null: withdrawn. */
  readonly label: number | null
}

const put = ({ id, time, label }: Said) =>
  theirs.pool.query(
    'insert into risk.outcomes (request, decided, outcome, revoked) values ($1, $2, $3, $4)',
    [id, time, label, label === null],
  )

/** Labels of a day, of which some are corrected and some withdrawn later. */
function saidOf(index: number): Said[] {
  const next = mulberry32(index + 5)
  const at = (hours: number) => new Date(origin + (index * 24 + hours) * 3_600_000).toISOString()
  return day(index, 300).flatMap(({ value }) => {
    const { id, score } = JSON.parse(value)
    const said: Said[] = [{ id, time: at(30), label: next() < score ? 1 : 0 }]
    if (next() < 0.2) said.push({ id, time: at(40), label: next() < 0.5 ? 1 : 0 })
    if (next() < 0.05) said.push({ id, time: at(44), label: null })
    return said
  })
}

const finals = async ({ database }: World) =>
  (await listPerformances(database.pool, 'm', 10)).map((report) => [
    ...[report.window.start, report.state, report.predictions, report.labelled, report.withdrawn],
    report.parts,
  ])

async function proves({ database }: World): Promise<void> {
  assert.deepEqual(await brokenInvariants(database.pool), [])
  for (const { faults } of await ledgerOf(database.pool, 'm', 5)) assert.deepEqual(faults, [])
}

test('final measures are those of the same labels on a topic, whatever was corrected in place', async () => {
  const topic = await world({
    labels: { delay: '1d', minimumLabels: 50, paths: { withdrawn: 'withdrawn' } },
  })
  const table = await tableWorld()
  for (const index of [0, 1, 2]) {
    for (const own of [topic, table]) await own.send(day(index, 300))
    const said = saidOf(index)
    await topic.sendLabels(
      said.map(({ id, time, label }) =>
        labelOf(id, time, label ?? 0, { withdrawn: label === null }),
      ),
    )
    // The table holds the last word in place: each is written over the one before.
    for (const one of said) {
      const { rowCount } = await theirs.pool.query(
        `update risk.outcomes set decided = $2, outcome = $3, revoked = $4, updated_at = clock_timestamp()
         where request = $1`,
        [one.id, one.time, one.label, one.label === null],
      )
      if (rowCount === 0) await put(one)
    }
    await scanned(topic, index)
    await scanned(table, index)
    await proves(table)
  }
  assert.deepEqual(await finals(table), await finals(topic))
  const states = (await finals(table)).map(([, state]) => state)
  assert.ok(states.includes('FINAL'), String(states))
  const counted = await countLabels(table.deps, {
    model: 'm',
    from: new Date(origin).toISOString(),
  })
  assert.ok(counted.labels > 800, String(counted.labels))
})

test('killed in every phase it has read every row once', async () => {
  const own = await tableWorld()
  for (const one of saidOf(0)) await put(one)
  const labels = await planLabels(own.deps, {
    ...{ model: 'm', at: scheduledAfter(0), window: new Date(origin).toISOString() },
  })
  const before = Number(labels?.partitions[0]?.cut)
  for (const one of [...saidOf(1), ...saidOf(2)]) await put(one)
  const child = fileURLToPath(new URL('../support/scan-child.ts', import.meta.url))
  const run = async (die: { phase: ScanPhase; after: number } | null) => {
    const input: ScanChildInput = {
      ...{ broker: own.broker, database: own.database.url, model: own.model, labels: 'table' },
      ...{ reading: labels!.reading, partition: 0, to: '0', die },
    }
    const running = spawn(process.execPath, [child, JSON.stringify(input)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const [code, signal] = await once(running, 'exit')
    assert.ok(signal === 'SIGKILL' || code === 0, `the child ended with ${code ?? signal}`)
    return signal
  }
  for (const phase of scanPhases.filter((name) => /fetch|slice/.test(name))) {
    assert.equal(await run({ phase, after: 1 }), 'SIGKILL', phase)
    await proves(own)
  }
  await run(null)
  await proves(own)
  const { rows } = await own.database.pool.query(
    `select (select count(*)::int from labels) as labels, sum(good)::int as good, count(*)::int as slices from ledger_slices`,
  )
  const all = before + saidOf(1).length + saidOf(2).length
  assert.deepEqual([rows[0].labels, rows[0].good], [all, all])
  assert.ok(rows[0].slices > 8)
  const { rows: apart } = await own.database.pool.query(
    'select count(*)::int as n from (select distinct id, at, value from labels) l',
  )
  assert.equal(apart[0].n, all, 'each of them once')
})

test('a row of a transaction that is still open is waited for, and not passed over', async () => {
  const own = await tableWorld()
  const slow = await theirs.pool.connect()
  await slow.query('begin')
  await slow.query(
    `insert into risk.outcomes (request, decided, outcome, updated_at) values ('slow', now(), 1, now())`,
  )
  await put({ id: 'quick', time: new Date().toISOString(), label: 1 })
  const plan = (hour: number) =>
    planLabels(own.deps, {
      ...{ model: 'm', at: scheduledAfter(hour), window: new Date(origin).toISOString() },
    })
  assert.equal((await plan(0))?.partitions[0]?.cut, '0')
  await slow.query('commit')
  slow.release()
  assert.equal((await plan(1))?.partitions[0]?.cut, '2')
  assert.equal((await plan(1))?.partitions[0]?.cut, '2', 'asked again it is the same plan')
})

test('a younger row than the lag is left to the next scan', async () => {
  const own = await tableWorld({ lag: '1h' })
  await put({ id: 'young', time: new Date().toISOString(), label: 1 })
  await theirs.pool.query(
    `insert into risk.outcomes (request, decided, outcome, updated_at) values ('old', now(), 1, now() - interval '2h')`,
  )
  const plan = await planLabels(own.deps, {
    ...{ model: 'm', at: scheduledAfter(0), window: new Date(origin).toISOString() },
  })
  assert.equal(plan?.partitions[0]?.cut, '1')
})

test('a row that cannot be read is a dead letter, and stops nothing', async () => {
  const own = await tableWorld()
  own.model.log.keepBadBytes = true
  await theirs.pool.query(
    `insert into risk.outcomes (request, decided, outcome) values (null, now(), 1), ('a', null, 1), ('b', now(), 1)`,
  )
  await scanned(own, 0)
  const { rows } = await own.database.pool.query(
    `select reason, "offset", convert_from(bytes, 'UTF8') as bytes from dead_letters order by "offset"`,
  )
  assert.deepEqual(
    rows.map(({ reason, offset }) => [reason, offset]),
    [
      ['it has no prediction id', '0'],
      ['its event time cannot be read', '1'],
    ],
  )
  assert.match(rows[1].bytes, /"id" : "a"/)
  await proves(own)
})

test('a table that does not fit says what is wrong, one that is not there which', async () => {
  const at = labelTable.parse(source)
  const opened = async (more: object) => {
    const table = await openLabelTable(theirs.url, { ...at, ...more })
    await table.close()
  }
  await assert.rejects(opened({ table: 'risk.nothing' }), { code: 'LABELS_TABLE_UNFIT' })
  await assert.rejects(
    opened({ columns: { ...at.columns, label: 'nothing' } }),
    /no column nothing/,
  )
  await assert.rejects(opened({ cursor: { at: 'decided', key: 'x' } }), /no column x/)
  await assert.rejects(opened({ columns: { ...at.columns, withdrawn: 'outcome' } }), /boolean/)
  await assert.rejects(openLabelTable('postgres://u:hidden@127.0.0.1:1/x', at), (error: Error) => {
    assert.match(error.message, /127\.0\.0\.1:1\/x does not answer/)
    return !JSON.stringify(error).includes('hidden')
  })
  await theirs.pool.query('truncate risk.outcomes')
  await theirs.pool.query(
    `insert into risk.outcomes (request, decided, outcome, updated_at)
     values ('a', now(), 1, '2020-01-01Z'), ('b', now(), 1, '2020-01-01Z')`,
  )
  const table = await openLabelTable(theirs.url, {
    ...at,
    cursor: { at: 'updated_at', key: 'outcome' },
  })
  await assert.rejects(
    async () => table.read(null, await table.horizon(), 10),
    /two rows have the time/,
  )
  await table.close()
})
