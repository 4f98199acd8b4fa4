import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

const worlds: Awaited<ReturnType<typeof scanWorld>>[] = []
after(async () => {
  for (const world of worlds) await world.close()
})

/** A day of records, scanned with a row detector. */
async function scanned(keepSample = true) {
  const world = await scanWorld()
  worlds.push(world)
  world.model.detection.rows = ['mmd']
  world.model.data.rows = keepSample ? 'all' : 'needed'
  await world.send(day(0, 900))
  const { deps } = world
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  for (const { partition, cut } of plan.partitions) {
    const input = { model: 'm', reading: plan.reading, partition, to: cut }
    await advanceLedger(deps, input, { records: 250 })
  }
  return { world, plan }
}

test('a row detector reads the sample of the window and the one kept with the reference', async () => {
  const { world, plan } = await scanned()
  const report = await judgeWindow(world.deps, plan)
  assert.equal(report.verdict, 'NO_DRIFT', report.headline)
  const [found] = report.joint ?? []
  assert.equal(found?.state, 'ok')
  assert.deepEqual(found?.score?.n, { reference: 1_000, current: 900 })
  assert.equal(report.evidence.detectors['mmd'], 1)
  assert.match(report.evidence.samples?.reference ?? '', /^[0-9a-f]{64}$/)
  // Once more from the same evidence, as if it had never been judged.
  await world.database.pool.query('delete from verdicts')
  assert.deepEqual(await judgeWindow(world.deps, plan), report)
})

test('a model that keeps no sample stores none, and its row detectors are unavailable', async () => {
  const { world, plan } = await scanned(false)
  const { rows } = await world.database.pool.query(
    'select count(*)::int as parts, count(sample)::int as samples from parts',
  )
  assert.ok(rows[0].parts > 0)
  assert.equal(rows[0].samples, 0)
  const report = await judgeWindow(world.deps, plan)
  assert.equal(report.joint?.[0]?.state, 'unavailable')
})
