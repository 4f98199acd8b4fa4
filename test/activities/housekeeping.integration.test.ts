import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { keepHouse } from '../../activities/housekeeping.ts'
import { judgePlan, judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { lastHousekeeping, storedBytes } from '../../adapters/postgres/housekeepings.ts'
import { upsertIncident } from '../../adapters/postgres/incidents.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { Report } from '../../contracts/report.ts'
import type { ScanPlan } from '../../contracts/scan.ts'
import { storageSettings } from '../../contracts/storage.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import type { HousekeepingChildInput } from '../support/housekeeping-child.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

const dayMs = 86_400_000
const worlds: Awaited<ReturnType<typeof scanWorld>>[] = []
after(() => Promise.all(worlds.map((world) => world.close())))

interface Judged {
  readonly plan: ScanPlan
  readonly report: Report
}

/** Days of predictions in small slices, garbage and late rows among them; each judged at its own cut. */
async function judgedWorld(days = 3) {
  const world = await scanWorld({ segments: ['plan'] })
  worlds.push(world)
  const judged: Judged[] = []
  for (let index = 0; index < days; index++) {
    await world.send([
      ...day(index, 300, { shift: index === 1 ? 1 : 0 }),
      { value: 'not json', partition: 0 },
      // Of the day before, after its cut.
      ...(index > 0 ? day(index - 1, 40, { seed: 900 + index }) : []),
    ])
    const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
    for (const { partition, cut } of plan.partitions) {
      const input = { model: 'm', reading: plan.reading, partition, to: cut }
      await advanceLedger(world.deps, input, { records: 120 })
    }
    judged.push({ plan, report: await judgeWindow(world.deps, plan) })
  }
  const settings = {
    models: { m: world.model },
    storage: storageSettings.parse({
      retention: {
        ...{
          evidence: '10d',
          parts: '30d',
          samples: '10d',
          deadLetters: '20d',
          predictions: '15d',
        },
      },
    }),
  } as never
  const { pool } = world.database
  const tidy = (daysLater: number) =>
    keepHouse({
      db: pool,
      settings: async () => ({ settings }),
      clock: () => Date.now() + daysLater * dayMs,
    })
  const count = async (sql: string) =>
    Number((await pool.query<{ n: string }>(`select count(*) as n from ${sql}`)).rows[0]?.n)
  return { world, judged, settings, pool, tidy, count }
}

const again = async (world: (typeof worlds)[number], { plan }: Judged) =>
  canonicalJson((await judgePlan(world.deps, plan)).report)

async function proves(world: (typeof worlds)[number]): Promise<void> {
  const { pool } = world.database
  assert.deepEqual(await brokenInvariants(pool), [])
  assert.deepEqual(
    (await ledgerOf(pool, 'm', 0)).flatMap(({ faults }) => faults),
    [],
  )
}

test('parts are merged between the cuts of kept verdicts, which are judged again to the same bytes', async () => {
  const { world, judged, tidy, count } = await judgedWorld()
  const before = await count('parts')
  const fresh = await tidy(0)
  assert.equal(fresh.merged, 0, 'what was just read is left alone')
  const done = await tidy(1)
  assert.equal(done.merged, before)
  assert.equal(await count('parts'), 0)
  const merged = await count('merged_parts')
  assert.equal(merged, done.into)
  // Those of the day that one slice after the other brought, and those that came late.
  const crowded = '(select from merged_parts group by bucket, segment having count(*) > 2) c'
  assert.equal(await count(crowded), 0)
  assert.ok(merged < before, `${merged} of ${before} are left`)
  for (const one of judged) assert.equal(await again(world, one), canonicalJson(one.report))
  const late = judged.map(({ report }) => report.rows.late)
  assert.deepEqual(late, [0, 40, 40], 'the rows that came late were counted, and still are')
  await proves(world)
  const repeated = await tidy(1)
  assert.deepEqual(repeated, {
    lifted: 0,
    merged: 0,
    into: 0,
    parts: 0,
    samples: 0,
    deadLetters: 0,
    predictions: 0,
    labels: 0,
    chatAnswers: 0,
    performanceStates: 0,
    guardCounts: 0,
    countedDays: 0,
    ids: 0,
  })
})

test('retention lifts a verdict before what it needs, keeps what an open incident needs, and the ledger proves', async () => {
  const { world, judged, pool, tidy, count } = await judgedWorld()
  const [first, second, third] = judged as [Judged, Judged, Judged]
  const { start, end } = second.plan.window
  await upsertIncident(pool, {
    id: `m/DRIFT/${start}`,
    model: 'm',
    kind: 'DRIFT',
    state: 'open',
    openedAt: end,
    resolvedAt: null,
    firstWindow: { start, end },
    lastWindow: { start, end },
    windows: 1,
    verdictId: start,
    evidenceDigest: second.report.evidenceDigest,
    headline: '',
    next: '',
    runKey: null,
    release: null,
  })
  await tidy(1)
  const done = await tidy(40)
  assert.equal(done.lifted, 2, 'all but that of the incident')
  assert.equal(await again(world, second), canonicalJson(second.report))
  for (const one of [first, third]) {
    await assert.rejects(again(world, one), { code: 'VERDICT_NOT_RECOMPUTABLE' })
  }
  await proves(world)
  assert.equal(await count('dead_letters'), 3, 'somebody may still look at those of the incident')

  await pool.query(`update incidents set state = 'resolved', resolved_at = now()`)
  // A model that nobody scans any more has no windows to come: nothing of it is needed then.
  const left = { models: {}, storage: storageSettings.parse({ retention: { parts: '30d' } }) }
  const last = await keepHouse({
    db: pool,
    settings: async () => ({ settings: left as never }),
    clock: () => Date.now() + 500 * dayMs,
  })
  assert.equal(last.deadLetters, 3)
  assert.ok(last.parts > 0)
  assert.equal(await count('merged_parts where profile is not null'), 0)
  assert.equal(await count("merged_parts where segment <> ''"), 0)
  await assert.rejects(again(world, second), { code: 'VERDICT_NOT_RECOMPUTABLE' })
  await proves(world)
  const [reading] = await ledgerOf(pool, 'm', 0)
  const good = reading?.partitions.reduce((sum, one) => sum + one.good, 0)
  assert.equal(good, 3 * 300 + 2 * 40, 'slices still say what was read')
  assert.deepEqual((await lastHousekeeping(pool))?.done, last)
  const bytes = new Map((await storedBytes(pool)).map((one) => [one.kind, one.bytes]))
  assert.equal(await count('predictions'), 0, 'every day of them is gone')
  assert.ok([...bytes.values()].every((some) => some > 0))
})

test('a merged part that lost a row, or a slice that says otherwise, is told by both proofs', async () => {
  const { pool, tidy } = await judgedWorld(1)
  await tidy(1)
  for (const [sabotage, told] of [
    [
      `update merged_parts set counts[1] = counts[1] - 1, rows = rows - 1 where number = (
        select min(number) from merged_parts where segment = '')`,
      /moved and merged rows differ/,
    ],
    [
      `delete from merged_parts where number = (select max(number) from merged_parts where segment = '')`,
      /moved and merged rows differ/,
    ],
    [
      `update ledger_slices set moved_rows = moved_rows - 1 where good > 0 and from_offset = 0`,
      /good records and rows in parts differ/,
    ],
  ] as const) {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query(sabotage)
      const faults = (await ledgerOf(client, 'm', 0)).flatMap((reading) => reading.faults)
      assert.ok(
        faults.some(({ fault }) => fault === 'MERGED'),
        sabotage,
      )
      assert.match((await brokenInvariants(client)).join(), told)
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
})

const child = fileURLToPath(new URL('../support/housekeeping-child.ts', import.meta.url))

test('killed at any statement, it leaves everything right and the next round ends in the same', async () => {
  const undisturbed = await judgedWorld(2)
  const struck = await judgedWorld(2)
  const { world, settings, judged } = struck
  const strikes = [
    ['update cuts c set lifted_at', false],
    ['delete from parts', false],
    ['delete from parts', true],
    ['update ledger_slices', true],
    ['insert into merged_parts', true],
    ['commit', false],
    ['commit', true],
    ['delete from dead_letters', true],
  ] as const
  for (const [at, afterwards] of strikes) {
    const input: HousekeepingChildInput = {
      database: world.database.url,
      settings,
      now: Date.now() + 25 * dayMs,
      die: {
        at,
        after: at === 'commit' ? 3 : at === 'update cuts c set lifted_at' ? 0 : 1,
        afterwards,
      },
    }
    const running = spawn(process.execPath, [child, JSON.stringify(input)], { stdio: 'inherit' })
    const [, signal] = (await once(running, 'exit')) as [number | null, string | null]
    assert.equal(signal, 'SIGKILL', `dies at: ${at}`)
    await proves(world)
  }
  await struck.tidy(25)
  await undisturbed.tidy(25)
  await proves(world)
  const kept = async ({ pool }: typeof struck) =>
    (
      await pool.query(
        `select bucket, until, version, segment, rows, profile, sample from merged_parts
         order by bucket, until, version, segment, rows, profile`,
      )
    ).rows
  assert.deepEqual(await kept(struck), await kept(undisturbed))
  for (const { plan } of judged) {
    await assert.rejects(judgePlan(world.deps, plan), { code: 'VERDICT_NOT_RECOMPUTABLE' })
  }
})

test('rows of predictions go by whole days, when nothing came into them for so long', async () => {
  const { world, pool, tidy, count } = await judgedWorld(2)
  const days = async () =>
    (
      await pool.query(
        "select relid::text as name from pg_partition_tree('predictions') where isleaf and relid::text ~ '[0-9]$'",
      )
    ).rows
      .map(({ name }) => name)
      .sort()
  assert.deepEqual(await days(), ['predictions_20010101', 'predictions_20010102'])
  assert.equal((await tidy(14)).predictions, 0)
  await pool.query("update prediction_days set written_at = now() - interval '16 days'")
  await world.send(day(1, 30, { seed: 7 }))
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(2) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(world.deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  assert.equal((await tidy(0)).predictions, 340, 'the first day, with what came late')
  assert.deepEqual(await days(), ['predictions_20010102'], 'something came into the second')
  await proves(world)
  const told =
    'select sum(lifted_predictions)::int as lifted, sum(predictions)::int as kept from ledger_slices'
  assert.deepEqual((await pool.query(told)).rows, [{ lifted: 340, kept: 670 }])

  await world.send(day(0, 20, { seed: 8 }))
  const later = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(3) })
  for (const { partition, cut } of later.partitions) {
    await advanceLedger(world.deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  assert.equal((await days()).length, 2, 'a day that is gone is made anew')
  await proves(world)
  assert.equal((await tidy(16)).predictions, 350)
  assert.equal(await count('predictions'), 0)
  await proves(world)
})

test('single rows go a batch at a time, and what is left when the time is over goes in the next round', async () => {
  const { pool, settings, tidy, count } = await judgedWorld(1)
  const at = (days: number) => new Date(Date.now() - days * dayMs)
  await pool.query(
    `insert into guard_counts (model, bucket, segment, outcome, cause, inputs)
     select 'm', $1::timestamptz - n * interval '1 minute', '', 'accept', '', 1
     from generate_series(1, 12000) n`,
    [at(31)],
  )
  await pool.query(
    `insert into guard_counts (model, bucket, segment, outcome, cause, inputs) values ('m', $1, '', 'accept', '', 1)`,
    [at(29)],
  )
  const steps: number[] = []
  const short = await keepHouse(
    { db: pool, settings: async () => ({ settings }), clock: Date.now },
    { batchesForMs: 0, onStep: (at) => steps.push(at) },
  )
  assert.equal(short.guardCounts, 5_000)
  assert.ok(steps.length > 0, 'each is told, for the heartbeat')
  assert.equal((await tidy(0)).guardCounts, 7_000)
  assert.equal(await count('guard_counts'), 1, 'what is not old enough')
})

test('what fails keeps nothing else from being done, is named, and is done once it can be', async () => {
  const { pool, tidy, count } = await judgedWorld(1)
  await pool.query(
    `create function refuse() returns trigger language plpgsql as
       $$ begin raise exception 'no % today', tg_table_name; end $$`,
  )
  // The first that would remove something, and one of the last.
  for (const table of ['dead_letters', 'guard_minutes']) {
    await pool.query(
      `create trigger refuse before delete on ${table} for each statement execute function refuse()`,
    )
  }
  await pool.query(
    `insert into guards (id, started_at, last_at) select gen_random_uuid(), now(), now() - interval '60 days'`,
  )
  const failed = tidy(25)
  await assert.rejects(failed, {
    code: 'HOUSEKEEPING_FAILED',
    details: {
      duties: 'dead letters, minutes of guards',
      of: 13,
      first: 'no dead_letters today',
    },
  })
  assert.equal(await count('parts'), 0, 'what came before it was done')
  assert.equal(await count('guards'), 0, 'and what came after it')
  assert.equal(await count('dead_letters'), 1)
  assert.equal(await lastHousekeeping(pool), null, 'the round is not on record')

  await pool.query('drop function refuse cascade')
  assert.equal((await tidy(25)).deadLetters, 1)
  assert.equal(await count('dead_letters'), 0)
})
