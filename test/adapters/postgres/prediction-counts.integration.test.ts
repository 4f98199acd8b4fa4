import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { advanceLedger } from '../../../activities/advance-ledger.ts'
import { keepHouse } from '../../../activities/housekeeping.ts'
import { planScan } from '../../../activities/scan-plan.ts'
import { ledgerOf } from '../../../adapters/postgres/ledger-proof.ts'
import { dropDay } from '../../../adapters/postgres/prediction-days.ts'
import { storageSettings } from '../../../contracts/storage.ts'
import { brokenInvariants } from '../../support/broken-invariants.ts'
import { day, scanWorld, scheduledAfter } from '../../support/scan-world.ts'

let world: Awaited<ReturnType<typeof scanWorld>>
before(async () => {
  world = await scanWorld({ labels: { predictions: { keep: 'sample', rate: 0.5 } } })
  for (const index of [0, 1, 2]) await read(index, day(index, 300))
})
after(() => world?.close())

async function read(index: number, records: ReturnType<typeof day>): Promise<void> {
  await world.send(records)
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    const input = { model: 'm', reading: plan.reading, partition, to: cut }
    await advanceLedger(world.deps, input, { records: 70 })
  }
  await toldToCounters()
}

/** PostgreSQL's counters hear of what a session wrote after seconds, unless it is told to tell them: each of ours is. */
async function toldToCounters(): Promise<void> {
  const { pool } = world.database
  const each = Array.from({ length: pool.options.max ?? 10 }, () =>
    pool.query('select pg_stat_force_next_flush()'),
  )
  await Promise.all(each)
}

/** A round of housekeeping when nobody has written for a while. */
const keep = async () => {
  const settings = { models: { m: world.model }, storage: storageSettings.parse(undefined) }
  return keepHouse({
    db: world.database.pool,
    settings: async () => ({ settings: settings as never }),
    clock: () => Date.now() + 3 * 3_600_000,
  })
}

async function proof(deep = false) {
  const [reading] = await ledgerOf(world.database.pool, 'm', 0, { deep })
  const { faults = [], predictionDays } = reading ?? {}
  return { faults: faults.map(({ fault }) => fault), ...predictionDays }
}

/** In a session of its own, which tells PostgreSQL's counters at once and not within seconds. */
async function change(...statements: string[]): Promise<void> {
  const client = await world.database.pool.connect()
  try {
    for (const statement of [
      'begin',
      ...statements,
      'select pg_stat_force_next_flush()',
      'commit',
    ]) {
      await client.query(statement)
    }
  } finally {
    client.release()
  }
}

const marks = async () => {
  const { rows } = await world.database.pool.query<{ marked: boolean }>(
    'select mark is not null as marked from prediction_days order by day',
  )
  return rows.map(({ marked }) => marked)
}

test('days that nobody writes into are counted once, and the proof counts the others', async () => {
  assert.deepEqual(await proof(), { faults: [], counted: 4, kept: 0 })
  assert.equal((await keep()).countedDays, 3)
  assert.equal((await keep()).countedDays, 0)
  assert.deepEqual(await proof(), { faults: [], counted: 1, kept: 3 })
  assert.deepEqual(await proof(true), { faults: [], counted: 4, kept: 0 })
})

test('rows that come late take away the count of their day before they are there', async () => {
  const late = day(1, 40, { seed: 77 }).map(({ value, partition }) => ({
    ...{ partition, value: value.replace('"id":"d', '"id":"late-d') },
  }))
  await read(3, [...late, ...day(3, 100)])
  assert.deepEqual(await marks(), [true, false, true, false])
  assert.deepEqual(await proof(), { faults: [], counted: 3, kept: 2 })
  assert.equal((await keep()).countedDays, 2)
  assert.deepEqual(await proof(), { faults: [], counted: 1, kept: 4 })
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
})

const first = 'predictions_20010102'
const one = `(select ctid from ${first} order by id limit 1)`

for (const [what, ...statements] of [
  ['is lost', `delete from ${first} where ctid = ${one}`],
  ['is there twice', `insert into ${first} select * from ${first} where ctid = ${one}`],
  ['is of another slice', `update ${first} set from_offset = from_offset + 1 where ctid = ${one}`],
  [
    'does not belong to the sample',
    `update ${first} set id = id || i::text from generate_series(1, 40) as i
     where ${first}.ctid = ${one} and ('x' || encode(substr(sha256(convert_to(id || i::text, 'UTF8')), 1, 4), 'hex'))::bit(32)::bigint > 4000000000`,
  ],
] as const) {
  test(`the proof fails when a row of a counted day ${what}`, async () => {
    await change(`create table copied as select * from ${first}`)
    await change(...statements)
    try {
      const found = await proof()
      assert.equal(found.kept, 3, 'PostgreSQL tells that the day has changed')
      assert.ok(found.faults.length > 0)
      assert.deepEqual((await proof(true)).faults, found.faults)
      assert.ok((await brokenInvariants(world.database.pool)).length > 0)
      // Counted anew, it is no better.
      await keep()
      assert.deepEqual(await proof(), { faults: found.faults, counted: 1, kept: 4 })
    } finally {
      await change(
        `delete from ${first}`,
        `insert into ${first} select * from copied`,
        'drop table copied',
      )
    }
    assert.deepEqual((await proof()).faults, [])
    await keep()
  })
}

test('a table that is emptied or gone is not taken for what it was', async () => {
  const client = await world.database.pool.connect()
  try {
    for (const statement of [`truncate ${first}`, `drop table ${first}`]) {
      await client.query('begin')
      await client.query(statement)
      const [reading] = await ledgerOf(client, 'm', 0)
      assert.ok(
        reading?.faults.some(({ fault }) => fault === 'PREDICTIONS'),
        statement,
      )
      await client.query('rollback')
    }
  } finally {
    client.release()
  }
  assert.deepEqual(await proof(), { faults: [], counted: 1, kept: 4 })
})

test('what even these counters do not tell, counting every row does', async () => {
  await change(
    `create table copied as select * from ${first}`,
    `delete from ${first} where ctid = ${one}`,
  )
  await change(`update prediction_days set mark = prediction_mark(day) where day = '2001-01-02'`)
  assert.deepEqual(await proof(), { faults: [], counted: 1, kept: 4 })
  assert.deepEqual((await proof(true)).faults, ['PREDICTIONS'])
  await change(
    `delete from ${first}`,
    `insert into ${first} select * from copied`,
    'drop table copied',
  )
  await change(`update prediction_counts set rows = rows + 1 where day = '2001-01-03'`)
  assert.ok((await proof()).faults.includes('PREDICTIONS'))
  assert.deepEqual((await proof(true)).faults, [])
  await change('update prediction_days set mark = null')
  await keep()
  assert.deepEqual((await proof()).faults, [])
})

test('a day goes with its count', async () => {
  const { pool } = world.database
  const since = new Date(Date.now() + 86_400_000)
  assert.ok(((await dropDay(pool, '2001-01-01', since)) ?? 0) > 100)
  const { rows } = await pool.query(`select from prediction_counts where day = '2001-01-01'`)
  assert.equal(rows.length, 0)
  assert.deepEqual(await proof(), { faults: [], counted: 1, kept: 3 })
})
