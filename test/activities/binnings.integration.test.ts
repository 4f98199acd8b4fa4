import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgePlan, judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { findPlan, findVerdict } from '../../adapters/postgres/verdicts.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { binningDigest, buildBinning } from '../../profiles/index.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { storeReference } from '../support/reference.ts'
import { day, hourMs, origin, scanWorld, scheduledAfter, values } from '../support/scan-world.ts'

let world: Awaited<ReturnType<typeof scanWorld>>
before(async () => {
  world = await scanWorld({ detection: { scales: [1, 3] } })
})
after(() => world?.close())

const startOf = (index: number) => new Date(origin + index * 24 * hourMs)

/** A day on which the two versions, whose amounts differ, answered so many predictions. */
async function scan(index: number, first: number, second: number) {
  await world.send(day(index, first, { version: '1', seed: 50 + index }))
  const moved = day(index, second, { version: '2', shift: 2, seed: 80 + index })
  await world.send(
    moved.map(({ value, ...rest }) => ({ ...rest, value: value.replace('"id":"d', '"id":"e') })),
  )
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    const beside = plan.beside && { beside: plan.beside.reading }
    const input = { model: 'm', reading: plan.reading, partition, to: cut, ...beside }
    await advanceLedger(world.deps, input)
  }
  return { plan, report: await judgeWindow(world.deps, plan) }
}

test('a version without a reference is counted under the binning there is, against the one there is', async () => {
  const { report, plan } = await scan(0, 800, 300)
  assert.deepEqual([report.verdict, report.rows.good, plan.beside], ['NO_DRIFT', 800, undefined])
  const second = await scan(1, 300, 800)
  assert.deepEqual([second.report.verdict, second.report.rows.good], ['DRIFT', 800])
  assert.equal(second.report.evidence.reference.modelVersion, '1')
})

test('a new binning is counted beside the old one, and each version is held against its own reference', async () => {
  const next = mulberry32(2)
  const rows = Array.from({ length: 4_000 }, () => values(next, 2))
  const binning = buildBinning('m', 'b2', world.model.features, rows, { segments: [] })
  await storeReference(world.database.pool, binning, '2', rows)
  const old = await scan(2, 800, 300)
  assert.ok(old.plan.beside)
  assert.equal(old.report.evidence.reference.modelVersion, '1')
  assert.equal(old.report.evidence.binning, binningDigest(world.binning))
  assert.deepEqual([old.report.verdict, old.report.rows.good], ['NO_DRIFT', 800])
  const late = await scan(3, 300, 800)
  assert.ok(late.plan.beside)
  assert.equal(late.report.evidence.reference.modelVersion, '2')
  assert.equal(late.report.evidence.binning, binningDigest(binning))
  assert.deepEqual([late.report.verdict, late.report.rows.good], ['NO_DRIFT', 800])
})

test('both readings prove their ledgers, and the verdicts recompute', async () => {
  const readings = await ledgerOf(world.database.pool, 'm', 0)
  assert.deepEqual(
    readings.map(({ faults, partitions }) => [
      faults.length,
      partitions.reduce((sum, { good }) => sum + good, 0),
    ]),
    [
      [0, 4 * 1_100],
      [0, 4 * 1_100],
    ],
  )
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
  for (const index of [0, 1, 2, 3]) {
    const plan = await findPlan(world.database.pool, 'm', startOf(index))
    assert.ok(plan)
    const { report } = await judgePlan(world.deps, plan)
    const recorded = await findVerdict(world.database.pool, 'm', startOf(index))
    assert.equal(canonicalJson(report), canonicalJson(recorded), String(index))
  }
})

test('it ends when the longest span is filled', async () => {
  assert.ok((await scan(4, 300, 800)).plan.beside)
  assert.equal((await scan(5, 0, 800)).plan.beside, undefined)
})
