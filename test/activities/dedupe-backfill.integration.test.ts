import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { finishBackfill, joinBackfilled, planBackfill } from '../../activities/backfill.ts'
import { backfillLedger } from '../../activities/backfill-ledger.ts'
import { judgePlan } from '../../activities/judge-window.ts'
import { partsBelow } from '../../adapters/postgres/parts.ts'
import { currentReading } from '../../adapters/postgres/readings.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { ScanPlan } from '../../contracts/scan.ts'
import { scanPairs as scanJoined } from '../support/pair-log.ts'
import { assertProved } from '../support/pair-world.ts'
import { day, hourMs, origin, scanWorld } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
const worlds: World[] = []
after(async () => {
  for (const world of worlds) await world.close()
})
async function newWorld(log: Readonly<Record<string, unknown>>): Promise<World> {
  const world = await scanWorld({ log, labels: null })
  worlds.push(world)
  return world
}

const perDay = 600
const dayMs = 24 * hourMs
const startOf = (index: number) => new Date(origin + index * dayMs)

/** Rows of a day, as the broker received them a moment after their time, or on another day. */
const received = (index: number, rows = day(index, perDay), on = index) =>
  rows.map((row) => ({
    ...row,
    timestamp: String(Date.parse(JSON.parse(row.value).time) + 2_000 + (on - index) * dayMs),
  }))
const elsewhere = <Row extends { partition: number }>(row: Row): Row => ({
  ...row,
  partition: 1 - row.partition,
})

/** Two days whose rows come again within the day and, of the second, on the third; from then on rows count once. */
async function changed(world: World): Promise<void> {
  const again = day(1, perDay).slice(100, 250)
  await world.send([...received(0), ...received(0, day(0, perDay).slice(0, 90)).map(elsewhere)])
  await world.send([...received(1), ...received(1, day(1, perDay).slice(0, 60))])
  await world.send([
    ...received(1, again, 2),
    ...received(1, again, 2).map(elsewhere),
    ...received(2),
  ])
}

async function backfill(world: World, since: number, records: number): Promise<string> {
  const plan = await planBackfill(world.deps, { model: 'm', since: startOf(since).toISOString() })
  await Promise.all(
    plan.partitions.flatMap(({ partition, from }) => {
      const input = { model: 'm', reading: plan.reading, partition, from }
      const run = () => backfillLedger(world.deps, input, { records })
      return [run(), run()]
    }),
  )
  await finishBackfill(world.deps, plan)
  return plan.reading
}

const judgedAgain = async (world: World, { plan }: { plan: ScanPlan }) =>
  canonicalJson((await judgePlan(world.deps, plan)).report)

const rowsIn = async ({ database, deps }: World, index: number, joins?: number) => {
  const reading = await currentReading(database.pool, 'm')
  const below = {
    cut: { '0': '1000000', '1': '1000000', '-1': String(joins ?? 1_000) },
    repairs: 0,
  }
  const span = { start: startOf(index), end: startOf(index + 1) }
  const parts = await partsBelow(deps.db, reading!.id, span, below)
  return parts.reduce((sum, { rows }) => sum + rows, 0)
}

test('rows of an earlier span that are read later count once with those that came before, whatever the slices', async () => {
  const whole = await newWorld({ dedupe: 'exact' })
  await changed(whole)
  const wanted = await scanJoined(whole.deps, 0)
  assert.equal(wanted.report.rows.good, perDay)

  for (const records of [70, 450]) {
    const world = await newWorld({})
    await changed(world)
    const before = await scanJoined(world.deps, 1)
    assert.equal(before.report.rows.good, perDay + 60 + 2 * 150, 'every copy counted')
    world.model.log.dedupe = 'exact'
    const { report } = await scanJoined(world.deps, 2, { records })
    // Copies of a day before, of which the reading has no first one: one of each counts.
    assert.deepEqual([report.rows.good, report.rows.removed], [perDay, 150])
    assert.equal(await rowsIn(world, 1), 150)
    await assertProved(world)

    const reading = await backfill(world, 0, records)
    await assertProved(world)
    assert.equal(await rowsIn(world, 0), 0, 'they wait for a join')
    assert.equal(await joinBackfilled(world.deps, { model: 'm', reading }), 2)
    await assertProved(world)
    // What counted before goes on counting: its first copies, which were read later, are those that are removed.
    assert.deepEqual([await rowsIn(world, 0), await rowsIn(world, 1)], [perDay, perDay])
    assert.equal(await joinBackfilled(world.deps, { model: 'm', reading }), 2, 'nothing more')

    const first = await scanJoined(world.deps, 0)
    assert.equal(first.report.evidence.profile, wanted.report.evidence.profile)
    assert.equal(first.report.rows.good, perDay)
    assert.equal(await judgedAgain(world, first), canonicalJson(first.report))
    const third = await scanJoined(world.deps, 2)
    assert.equal(canonicalJson(third.report), canonicalJson(report), 'the first verdict stays')
    assert.equal(await judgedAgain(world, third), canonicalJson(report))
    assert.equal(await judgedAgain(world, before), canonicalJson(before.report))
    await assertProved(world)
  }
})

test('a backfill between two cuts is joined by the next scan where nobody did it before', async () => {
  const world = await newWorld({})
  await changed(world)
  await scanJoined(world.deps, 1)
  world.model.log.dedupe = 'exact'
  await scanJoined(world.deps, 2)
  await backfill(world, 0, 300)
  await world.send(received(3, [...day(3, perDay), ...day(0, perDay).slice(0, 40)], 3))
  const { report } = await scanJoined(world.deps, 3, { workers: 2 })
  assert.equal(report.rows.good, perDay)
  assert.deepEqual([await rowsIn(world, 0), await rowsIn(world, 1)], [perDay, perDay])
  await assertProved(world)
})
