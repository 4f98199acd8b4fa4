import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planRepair, repairPlanned } from '../../activities/repair.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { blindLog } from '../support/blind-log.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { killInJoins } from '../support/kill-in-joins.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { readPairs as readJoined, scanPairs as scanJoined } from '../support/pair-log.ts'
import { assertProved } from '../support/pair-world.ts'
import { cutDigest, predictionsIn } from '../support/prediction-rows.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
const worlds: World[] = []
after(async () => {
  for (const world of worlds) await world.close()
})

async function newWorld(
  log: Readonly<Record<string, unknown>> = {},
  options: Parameters<typeof scanWorld>[0] = {},
): Promise<World> {
  const world = await scanWorld({ ...options, log: { dedupe: 'exact', ...log } })
  worlds.push(world)
  return world
}

const repetitionsOf = async ({ database }: World) =>
  (await ledgerOf(database.pool, 'm', 0))[0]?.repetitions

interface Sent {
  readonly value: string
  readonly partition: number
}
const changed = ({ value, partition }: Sent, change: object): Sent => ({
  ...{ partition, value: JSON.stringify({ ...JSON.parse(value), ...change }) },
})
const elsewhere = (sent: Sent): Sent => ({ ...sent, partition: 1 - sent.partition })

test('a log with repetitions is judged as the one without, byte for byte', async () => {
  const once = await newWorld({ dedupe: 'none' }, { segments: ['plan'] })
  const rows = day(0, 1_200)
  await once.send(rows)
  const wanted = await scanJoined(once.deps, 0)
  assert.equal(wanted.report.rows.removed, undefined)

  const world = await newWorld({}, { segments: ['plan'] })
  const again = rows.slice(300, 420)
  await world.send([...rows.slice(0, 400), ...again, ...rows.slice(400), ...again.map(elsewhere)])
  const { report } = await scanJoined(world.deps, 0, { records: 150, workers: 2 })
  assert.equal(report.evidence.profile, wanted.report.evidence.profile)
  assert.deepEqual(report.features, wanted.report.features)
  assert.deepEqual([report.rows.good, report.rows.removed], [1_200, 240])
  assert.deepEqual([report.rows.repeated, report.rows.unmatched], [undefined, undefined])
  assert.deepEqual(await repetitionsOf(world), { removed: 240, differing: 0 })
  await assertProved(world)
  assert.equal(
    canonicalJson((await scanJoined(world.deps, 0)).report),
    canonicalJson(report),
    'judged again to the same bytes',
  )

  const found = await predictionsIn(world.database.pool)
  const inOnce = await predictionsIn(once.database.pool)
  assert.deepEqual(
    found.map(({ id, at, score, digest }) => [id, at, score, digest]),
    inOnce.map(({ id, at, score, digest }) => [id, at, score, digest]),
    'a row of each prediction is there once',
  )
  assert.equal(
    found[0]?.digest,
    cutDigest(rows.find(({ value }) => value.includes(`"${found[0]?.id}"`))!.value),
  )
})

test('what came before is removed in later windows too, and another content is told', async () => {
  const world = await newWorld()
  const rows = day(0, 600)
  await world.send(rows)
  await scanJoined(world.deps, 0, { records: 200 })
  const [first, second, third] = rows as [Sent, Sent, Sent]
  await world.send([
    ...[first, elsewhere(second)],
    // Not the first of its partition: it is removed. In another partition it is a row of its own.
    ...[changed(third, { score: 0.5 }), elsewhere(changed(third, { score: 0.25 }))],
    ...day(1, 500),
  ])
  const { report } = await scanJoined(world.deps, 1)
  const { good, late, removed, differing } = report.rows
  assert.deepEqual(
    { good, late, removed, differing },
    { good: 500, late: 1, removed: 3, differing: 2 },
  )
  assert.deepEqual(await repetitionsOf(world), { removed: 3, differing: 2 })
  await assertProved(world)
})

describe('random interleavings', () => {
  /** Rows of a day, some of them sent up to three times, in any order within each hundred. */
  function shuffled(seed: number): string[] {
    const next = mulberry32(9)
    const sent = day(0, 900).flatMap(({ value }) => {
      const chance = next()
      return chance < 0.9 ? [value] : chance < 0.97 ? [value, value] : [value, value, value]
    })
    const order = mulberry32(seed)
    return sent
      .map((value, i) => ({ value, at: Math.floor(i / 100) + 3 * order() }))
      .sort((left, right) => left.at - right.at)
      .map(({ value }) => value)
  }

  /** The day is read in two cuts, by several at once, in slices of any size, over partitions at random. */
  async function resultOf(seed: number, most: number) {
    const next = mulberry32(seed)
    const partitions = 1 + Math.floor(next() * 4)
    const world = await newWorld({}, { partitions })
    const sent = shuffled(seed).map((value) => ({
      ...{ value, partition: Math.floor(next() * partitions) },
    }))
    const middle = Math.floor(next() * sent.length)
    const size = () => ({ workers: most, records: 20 + Math.floor(next() * 400) })
    await world.send(sent.slice(0, middle))
    // The window of the day before has no row; its cut lies in the middle of this day.
    await scanJoined(world.deps, -1, size())
    await world.send(sent.slice(middle))
    const { report } = await scanJoined(world.deps, 0, size())
    await assertProved(world)
    const predictions = (await predictionsIn(world.database.pool)).map(({ id }) => id)
    return {
      ...{ profile: report.evidence.profile, good: report.rows.good, features: report.features },
      ...{ predictions, repetitions: await repetitionsOf(world) },
    }
  }

  test('of the same rows come to the same bytes, whoever read them when and where', async () => {
    const first = await resultOf(1, 1)
    assert.equal(first.good, 900)
    assert.equal(first.predictions.length, 900)
    assert.ok(first.repetitions!.removed > 90)
    for (const [seed, workers] of [
      ...([
        [2, 4],
        [3, 1],
        [4, 4],
        [5, 2],
      ] as const),
    ]) {
      assert.deepEqual(await resultOf(seed, workers), first, `seed ${seed}`)
    }
  })
})

test('two scans whose joins meet: what lies above a cut never takes the place of what lies below', async () => {
  const world = await newWorld()
  const rows = day(0, 600)
  await world.send(rows)
  const earlier = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  await world.send(rows.map(elsewhere))
  const later = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(1) })
  // The repetitions are committed before what they repeat.
  await readJoined(world.deps, { ...later, partitions: later.partitions.slice(0, 1), joins: 0 })
  await readJoined(world.deps, later, { workers: 2, records: 90 })
  await readJoined(world.deps, earlier)
  assert.equal((await judgeWindow(world.deps, earlier)).rows.good, 600)
  const { rows: after } = await judgeWindow(world.deps, later)
  assert.deepEqual([after.good, after.late, after.removed], [0, 0, 600])
  await assertProved(world)
})

test('ids are known for the declared time by the ends of windows, and then a repetition counts', async () => {
  const world = await newWorld({ dedupeWithin: '2d' })
  const known = async () => {
    const { rows } = await world.database.pool.query<{ n: number }>(
      'select count(*)::int as n from joined_ids',
    )
    return rows[0]!.n
  }
  const rows = day(0, 300)
  await world.send(rows)
  await scanJoined(world.deps, 0)
  for (const [index, late, removed, ids] of [
    [1, 0, 1, 300],
    [2, 0, 1, 300],
    [3, 1, undefined, 1],
    [4, 0, 1, 1],
  ] as const) {
    await world.send([rows[index]!, ...(index === 4 ? [rows[3]!] : [])].slice(-1))
    const { report } = await scanJoined(world.deps, index)
    assert.deepEqual([report.rows.late, report.rows.removed], [late, removed], `day ${index}`)
    assert.equal(await known(), ids, `day ${index}`)
    await assertProved(world)
  }
  const { rows: waiting } = await world.database.pool.query('select from halves')
  assert.equal(waiting.length, 0)
})

test('the proof of a ledger fails when rows or ids are taken away or made up', async () => {
  const world = await newWorld()
  await world.send(day(0, 200))
  await scanJoined(world.deps, 0)
  await world.send(day(1, 200))
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(1) })
  await readJoined(world.deps, { ...plan, joins: 0 })
  await assertProved(world)
  for (const [statement, fault, said] of [
    ['delete from halves where "offset" = 150 and partition = 0', 'HALVES', /that wait/],
    ['update join_counts set repeated = repeated + 1', 'HALVES', /joins counted differ/],
    ['delete from joined_ids where partition = 0', 'IDS', /ids by which rows are known/],
    ['update joined_ids set number = 7 where at_ms % 2 = 0', 'IDS', /belongs to no join/],
    ['delete from parts where partition = -1', 'JOINS', /rows in parts of a join/],
  ] as const) {
    const client = await world.database.pool.connect()
    try {
      await client.query('begin')
      await client.query(statement)
      const [reading] = await ledgerOf(client, 'm', 0)
      const faults = reading?.faults.map((one) => one.fault) ?? []
      assert.ok(faults.includes(fault), `${statement}: ${faults}`)
      assert.match((await brokenInvariants(client)).join('\n'), said)
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
})

test('killed in every phase of a join, a scan removes the same repetitions', async () => {
  const rows = day(0, 300)
  const sent = [...rows.slice(0, 200), ...rows.slice(100, 150).map(elsewhere), ...rows.slice(50)]
  const filled = async () => {
    const world = await newWorld()
    await world.send(sent.slice(0, 220))
    await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(-1) })
    await world.send(sent.slice(220))
    return world
  }
  const struck = await filled()
  const plan = await planScan(struck.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  assert.equal(plan.joins, 2)
  await readJoined(struck.deps, { ...plan, joins: 0 })
  await killInJoins(struck, plan)
  const left = await scanJoined(struck.deps, 0)
  const right = await scanJoined((await filled()).deps, 0)
  assert.equal(left.report.rows.good, 300)
  assert.equal(left.report.evidence.profile, right.report.evidence.profile)
  assert.deepEqual(await repetitionsOf(struck), { removed: 200, differing: 0 })
  await assertProved(struck)
})

test('what a repair brings counts once with what else there is, and the window is judged once more', async () => {
  const world = await newWorld({}, { rejudge: 0.05 })
  const rows = day(0, 800)
  await world.send([...rows, ...rows.slice(0, 160).map(elsewhere)])
  // Of 80 predictions no copy can be read at first; 16 of them have two.
  const newer = (text: string) => /"id":"d0-\d*7"/.test(text)
  const blind = { ...world.deps, log: blindLog(world.deps.log, newer) }
  const first = await scanJoined(blind, 0)
  assert.deepEqual([first.report.rows.good, first.report.rows.bad], [720, 96])
  const plan = await planRepair(world.deps, { model: 'm' })
  const result = await repairPlanned(world.deps, plan)
  assert.deepEqual([result.good, result.rejudged], [96, 1])
  const { rows: looks } = await world.database.pool.query('select report from second_looks')
  assert.equal(looks[0].report.rows.good, 800)
  assert.deepEqual(await repetitionsOf(world), { removed: 160, differing: 0 })
  assert.equal(canonicalJson((await scanJoined(world.deps, 0)).report), canonicalJson(first.report))

  const undisturbed = await newWorld({ dedupe: 'none' })
  await undisturbed.send(rows)
  const whole = await scanJoined(undisturbed.deps, 0)
  assert.equal(looks[0].report.evidence.profile, whole.report.evidence.profile)
  await assertProved(world)
})
