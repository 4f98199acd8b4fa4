import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
const worlds: World[] = []
after(() => Promise.all(worlds.map((world) => world.close())))

/** Verdicts of one day after the other, 300 rows each. */
async function verdicts(shifts: readonly number[]) {
  const world = await scanWorld()
  worlds.push(world)
  const reports = []
  for (const [index, shift] of shifts.entries()) {
    await world.send(day(index, 300, { shift }))
    const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
    for (const { partition, cut } of plan.partitions) {
      const input = { model: 'm', reading: plan.reading, partition, to: cut }
      await advanceLedger(world.deps, input)
    }
    reports.push(await judgeWindow(world.deps, plan))
    assert.deepEqual(await judgeWindow(world.deps, plan), reports.at(-1))
  }
  return reports
}

test('a change too small for one window is seen in the span of those before it, and named so', async () => {
  const reports = await verdicts(Array(6).fill(0.45))
  assert.equal(reports[0]?.verdict, 'NO_DRIFT')
  const seen = reports.find(({ verdict }) => verdict === 'DRIFT')
  assert.ok(seen !== undefined, reports.map(({ headline }) => headline).join('\n'))
  const [amount] = seen.features
  assert.deepEqual([amount?.feature, amount?.windows], ['amount', 6])
  assert.match(seen.headline, /^amount drifted over the last 6 windows: /)
  const [span] = seen.evidence.spans ?? []
  assert.equal(span?.merged, reports.indexOf(seen) + 1)
})

test('a window that drifted by itself is not seen again in the spans after it', async () => {
  const reports = await verdicts([0, 3, 0, 0, 0, 0])
  const quiet = ['NO_DRIFT', 'NO_DRIFT', 'NO_DRIFT', 'NO_DRIFT']
  assert.deepEqual(
    reports.map(({ verdict }) => verdict),
    ['NO_DRIFT', 'DRIFT', ...quiet],
  )
  assert.equal(reports[5]?.evidence.spans?.[0]?.merged, 5)
})

test('a verdict of drift says since when, through the windows before it', async () => {
  const reports = await verdicts([0, 0, 3, 3])
  const began = '2001-01-03T00:00:00.000Z'
  const since = { at: began, from: began, to: began, earlier: false }
  assert.deepEqual(
    reports.map((report) => report.since),
    [null, null, since, since],
  )
  assert.deepEqual(reports[3]?.features.find(({ feature }) => feature === 'amount')?.since, since)
  assert.match(reports[3]?.headline ?? '', /; since about Wed 3 Jan 2001$/)
})

test('a change older than the first window is said to have begun there or earlier', async () => {
  const [report] = await verdicts([3])
  assert.equal(report?.since?.at, '2001-01-01T00:00:00.000Z')
  assert.equal(report?.since?.earlier, true)
  assert.match(report?.headline ?? '', /; since about Mon 1 Jan 2001 or earlier$/)
})
