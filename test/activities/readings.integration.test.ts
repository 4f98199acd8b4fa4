import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { finishBackfill, planBackfill } from '../../activities/backfill.ts'
import { backfillLedger } from '../../activities/backfill-ledger.ts'
import { judgePlan, judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { lastBackfill } from '../../adapters/postgres/backfills.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { partsBelow } from '../../adapters/postgres/parts.ts'
import { passagesOf } from '../../adapters/postgres/readings.ts'
import { belowOf, findPlan, findVerdict } from '../../adapters/postgres/verdicts.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { Report } from '../../contracts/report.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { day, hourMs, origin, scanWorld, scheduledAfter } from '../support/scan-world.ts'

const dayMs = 24 * hourMs
const perDay = 800
const startOf = (index: number) => new Date(origin + index * dayMs)

/** A day of predictions that keep their features twice, as the broker received them a moment after their time. */
const twice = (index: number) =>
  day(index, perDay).map(({ value, partition }) => {
    const { features, ...rest } = JSON.parse(value)
    const record = { ...rest, features, inputs: { ...features, amount: 200 - features.amount } }
    const timestamp = String(Date.parse(rest.time) + 2_000)
    return { partition, timestamp, value: JSON.stringify(record) }
  })

/** Unreadable, at noon of that day. */
const broken = (index: number) => ({
  partition: 0,
  timestamp: String(origin + index * dayMs + dayMs / 2),
  value: '{',
})

let world: Awaited<ReturnType<typeof scanWorld>>
let first: Report
before(async () => {
  world = await scanWorld({ detection: { scales: [1, 2] } })
  for (const index of [0, 1, 2]) {
    await world.send(twice(index).slice(0, perDay / 2))
    await world.send([broken(index), ...twice(index).slice(perDay / 2)])
  }
})
after(() => world?.close())

async function scan(index: number): Promise<Report> {
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    const input = { model: 'm', reading: plan.reading, partition, to: cut }
    await advanceLedger(world.deps, input, { records: 300 })
  }
  return judgeWindow(world.deps, plan)
}

const planOf = async (index: number) => {
  const plan = await findPlan(world.database.pool, 'm', startOf(index))
  assert.ok(plan)
  return plan
}

/** What is on record for a window is what its evidence gives now. */
async function recomputes(index: number): Promise<void> {
  const { report } = await judgePlan(world.deps, await planOf(index))
  const recorded = await findVerdict(world.database.pool, 'm', startOf(index))
  assert.equal(canonicalJson(report), canonicalJson(recorded))
}

async function ledgers() {
  const readings = await ledgerOf(world.database.pool, 'm', 100)
  for (const { reading, faults } of readings) assert.deepEqual(faults, [], reading)
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
  return readings
}

describe('a changed way of reading', () => {
  test('begins with the first window that was not planned, and holds all of it', async () => {
    await scan(1)
    first = await scan(2)
    await world.send(twice(3))
    world.model.log.paths.features = 'inputs'
    const report = await scan(3)
    assert.equal(report.rows.good, perDay)
    assert.equal(report.rows.bad, 0, 'the bad records of older windows are not its own')
    assert.notEqual((await planOf(3)).reading, (await planOf(2)).reading)
    assert.equal(report.evidence.began?.windowsFrom, startOf(3).toISOString())
    const [now, old] = await ledgers()
    const sum = (list: typeof now) => list?.partitions.reduce((all, { good }) => all + good, 0)
    assert.deepEqual([sum(now), sum(old)], [perDay, 3 * perDay], 'older records are not read again')
  })

  test('says of windows before it that they are not there', async () => {
    await assert.rejects(scan(0), { code: 'WINDOW_NOT_READ' })
    assert.equal(await findPlan(world.database.pool, 'm', startOf(0)), null)
    const merged = ({ evidence }: Report) => evidence.spans?.map((span) => span.merged)
    const third = await findVerdict(world.database.pool, 'm', startOf(3))
    assert.ok(third)
    await world.send(twice(4))
    assert.deepEqual([first, third, await scan(4)].map(merged), [[2], undefined, [2]])
    await world.send(twice(5))
    await scan(5)
  })

  test('leaves the verdicts of the old one as they were', async () => {
    assert.equal(first.evidence.began, undefined)
    for (const index of [1, 2, 3, 4, 5]) await recomputes(index)
  })
})

describe('a backfill', () => {
  test('can be stopped anywhere, and the ledger holds', async () => {
    const { model, reading, partitions } = await planBackfill(world.deps, {
      model: 'm',
      since: new Date(origin + 1.5 * dayMs).toISOString(),
    })
    const began = await passagesOf(world.database.pool, reading)
    assert.deepEqual(
      partitions.map(({ partition, to }) => [partition, BigInt(to)]),
      [...began].map(([partition, passage]) => [partition, passage.began]),
    )
    const stop = new AbortController()
    const input = { model, reading, partition: 0, from: partitions[0]!.from }
    const options = { records: 300, signal: stop.signal, onSlice: () => stop.abort() }
    await assert.rejects(backfillLedger(world.deps, input, options))
    await ledgers()
    const state = await lastBackfill(world.database.pool, 'm')
    assert.ok(state && state.read === 300 && state.wanted > 1_000 && !state.ended)
    await assert.rejects(scan(0), { code: 'WINDOW_NOT_READ' })
  })

  test('goes on where it was stopped, by two at once, and reads every record once', async () => {
    const plan = await planBackfill(world.deps, { model: 'm', since: startOf(1).toISOString() })
    for (const { partition, from } of plan.partitions) {
      const input = { model: 'm', reading: plan.reading, partition, from }
      const run = () => backfillLedger(world.deps, input, { records: 300 })
      await Promise.all([run(), run()])
    }
    await finishBackfill(world.deps, plan)
    const state = await lastBackfill(world.database.pool, 'm')
    assert.ok(state?.ended && state.read === state.wanted)
    const [now] = await ledgers()
    const good = now?.partitions.reduce((all, partition) => all + partition.good, 0)
    const bad = now?.partitions.reduce((all, partition) => all + partition.bad, 0)
    assert.deepEqual([good, bad], [5 * perDay, 2])
    assert.equal(now?.windowsFrom, startOf(1).toISOString())
  })

  test('asked for again changes nothing', async () => {
    const before = await ledgers()
    const plan = await planBackfill(world.deps, { model: 'm', since: startOf(1).toISOString() })
    assert.deepEqual(plan.partitions, [])
    await finishBackfill(world.deps, plan)
    assert.deepEqual(await ledgers(), before)
  })

  test('is in windows that are planned after it, and in none before', async () => {
    for (const index of [1, 2, 3, 4, 5]) await recomputes(index)
    await world.send(twice(6))
    const report = await scan(6)
    assert.equal(report.evidence.began?.windowsFrom, startOf(1).toISOString())
    const plan = await planOf(6)
    const merged = await partsBelow(
      world.database.pool,
      plan.reading,
      { start: startOf(1), end: startOf(7) },
      belowOf(plan),
    )
    assert.equal(
      merged.reduce((all, { rows }) => all + rows, 0),
      6 * perDay,
    )
  })

  test('down to a window that nobody judged lets it be judged', async () => {
    const plan = await planBackfill(world.deps, { model: 'm', since: startOf(0).toISOString() })
    for (const { partition, from } of plan.partitions) {
      await backfillLedger(world.deps, { model: 'm', reading: plan.reading, partition, from })
    }
    await finishBackfill(world.deps, plan)
    const report = await scan(0)
    assert.deepEqual([report.rows.good, report.rows.bad], [perDay, 1])
    await recomputes(0)
    await ledgers()
  })
})
