import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { segmentProfiles } from '../../activities/segment-profiles.ts'
import { referenceInForce } from '../../adapters/postgres/references.ts'
import { belowOf } from '../../adapters/postgres/verdicts.ts'
import type { SegmentSettings } from '../../contracts/config.ts'
import { encodeProfile } from '../../profiles/index.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

const worlds: Awaited<ReturnType<typeof scanWorld>>[] = []
after(async () => {
  for (const world of worlds) await world.close()
})

/** A day of records, read in slices of so many, and the segments of its window. */
async function scanned(segments: readonly SegmentSettings[], records: number, index = 0) {
  const world = await scanWorld({ segments })
  worlds.push(world)
  await world.send(day(0, 900))
  const { deps } = world
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    const input = { model: 'm', reading: plan.reading, partition, to: cut }
    await advanceLedger(deps, input, { records })
  }
  const window = { start: new Date(plan.window.start), end: new Date(plan.window.end) }
  const reference = await referenceInForce(deps.db, 'm', { version: '1' })
  assert.ok(reference !== null)
  const place = { reading: plan.reading, window, below: belowOf(plan), version: '1' }
  return { world, plan, found: await segmentProfiles(deps.db, place, reference) }
}

test('each segment of a window stands next to that of the reference, and all rows stay counted once', async () => {
  const { world, plan, found } = await scanned(['plan'], 200)
  assert.deepEqual(
    found.map(({ name }) => name),
    ['plan=basic', 'plan=pro'],
  )
  const [basic, pro] = found
  assert.equal(basic!.current.rows + pro!.current.rows, 900)
  assert.equal(basic!.reference.rows + pro!.reference.rows, 4_000)
  for (const { name, reference, current } of found) {
    const place = reference.features.findIndex(({ binning }) => binning.name === 'plan')
    const own = name === 'plan=basic' ? 0 : 1
    for (const profile of [reference, current]) {
      const counts = profile.features[place]
      assert.ok(counts?.kind === 'categorical')
      assert.equal(counts.counts[own], profile.rows, `${name} holds its own rows only`)
    }
  }
  const report = await judgeWindow(world.deps, plan)
  assert.equal(report.rows.good, 900)
  assert.equal(report.rows.late, 0)
  assert.equal(report.rows.reference, 4_000)
  assert.equal(report.verdict, 'NO_DRIFT')
})

test('slices of any size give the same segments', async () => {
  const bytes = async (records: number) => {
    const { found } = await scanned(['plan'], records)
    return found.map(({ name, current }) => [name, Buffer.from(encodeProfile(current))])
  }
  assert.deepEqual(await bytes(37), await bytes(10_000))
})

test('declared groups, and everything else in (other)', async () => {
  const { found } = await scanned([{ feature: 'plan', groups: { paying: ['pro'] } }], 500)
  assert.deepEqual(
    found.map(({ name }) => name),
    ['plan=(other)', 'plan=paying'],
  )
  assert.ok(found.every(({ current }) => current.rows > 0))
})

test('a segment that the window does not hold has a profile without rows', async () => {
  const { found } = await scanned(['plan'], 500, 1)
  assert.deepEqual(
    found.map(({ current }) => current.rows),
    [0, 0],
  )
  assert.ok(found.every(({ reference }) => reference.rows > 0))
})

test('a model without segments has none, and no part of one', async () => {
  const { world, found } = await scanned([], 500)
  assert.deepEqual(found, [])
  const { rows } = await world.database.pool.query(
    `select count(*)::int as parts from parts where segment <> ''`,
  )
  assert.equal(rows[0].parts, 0)
})

test('a segment that drifted says since when by its own rows', async () => {
  const world = await scanWorld({ segments: ['plan'] })
  worlds.push(world)
  const { deps } = world
  const reports = []
  for (const [index, shift] of [0, 3].entries()) {
    await world.send(day(index, 900, { shift }))
    const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
    for (const { partition, cut } of plan.partitions) {
      await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
    }
    reports.push(await judgeWindow(deps, plan))
  }
  const drifted = reports[1]?.features.filter(({ state }) => state === 'drifted') ?? []
  assert.deepEqual(
    drifted.map(({ segment }) => segment ?? 'all rows'),
    ['all rows', 'plan=basic', 'plan=pro'],
  )
  for (const { since } of drifted) assert.equal(since?.at, '2001-01-02T00:00:00.000Z')
  // All rows stand for half of it: the segments hold the same rows again.
  assert.equal(drifted[0]?.cause?.toFixed(1), '0.5')
})
