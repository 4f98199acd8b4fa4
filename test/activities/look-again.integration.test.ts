import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planRepair, repairPlanned } from '../../activities/repair.ts'
import { lookAtLate } from '../../activities/scan.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { lastLook } from '../../adapters/postgres/second-looks.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { blindLog } from '../support/blind-log.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { day, origin, scanWorld, scheduledAfter } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
const worlds: World[] = []
after(() => Promise.all(worlds.map((world) => world.close())))

async function newWorld(rejudge?: number) {
  const world = await scanWorld(rejudge === undefined ? {} : { rejudge })
  worlds.push(world)
  return world
}

/** A scan of a day, and how many windows before it were judged once more. */
async function scan(deps: ScanDeps, index: number) {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  const report = await judgeWindow(deps, plan)
  return { plan, report, looks: await lookAtLate(deps, plan) }
}

const lookAt = async ({ database }: World, index: number) =>
  lastLook(database.pool, 'm', new Date(origin + index * 24 * 3_600_000))

test('a window is judged once more when its late rows reach the declared share, all of them together', async () => {
  const world = await newWorld(0.25)
  await world.send(day(0, 800))
  const first = await scan(world.deps, 0)
  await world.send([...day(0, 150, { seed: 9, shift: 3 }), ...day(1, 600)])
  assert.equal((await scan(world.deps, 1)).looks, 0, '150 of 950 are too few')
  assert.equal(await lookAt(world, 0), null)
  await world.send([...day(0, 150, { seed: 10, shift: 3 }), ...day(2, 600)])
  const third = await scan(world.deps, 2)
  assert.equal(third.looks, 1, '300 of 1,100')
  const look = await lookAt(world, 0)
  assert.deepEqual([look?.report.rows.good, look?.report.verdict], [1_100, 'DRIFT'])
  assert.deepEqual(
    look?.report.evidence.cut,
    Object.fromEntries(third.plan.partitions.map(({ partition, cut }) => [partition, cut])),
  )
  assert.equal(await lookAtLate(world.deps, third.plan), 0, 'asked again it has nothing to do')

  assert.equal(first.report.verdict, 'NO_DRIFT')
  assert.equal(canonicalJson((await scan(world.deps, 0)).report), canonicalJson(first.report))
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
})

test('without a declared share nothing is judged once more', async () => {
  const world = await newWorld()
  await world.send(day(0, 400))
  await scan(world.deps, 0)
  await world.send([...day(0, 800, { seed: 9, shift: 3 }), ...day(1, 600)])
  assert.equal((await scan(world.deps, 1)).looks, 0)
  assert.equal(await lookAt(world, 0), null)
})

test('a repair lets its windows be judged once more, as if it had been read at first', async () => {
  const world = await newWorld(0.1)
  await world.send(day(0, 800))
  const newer = (text: string) => /"id":"d0-\d*7"/.test(text)
  const blind = { ...world.deps, log: blindLog(world.deps.log, newer) }
  const { report } = await scan(blind, 0)
  assert.deepEqual([report.rows.good, report.rows.bad], [720, 80])
  await world.send(day(1, 600))
  await scan(world.deps, 1)
  const plan = await planRepair(world.deps, { model: 'm' })
  const { good, rejudged } = await repairPlanned(world.deps, plan)
  assert.deepEqual([good, rejudged], [80, 1])
  const look = await lookAt(world, 0)
  assert.deepEqual([look?.report.rows.good, look?.report.rows.bad], [800, 0])
  assert.equal(look?.report.evidence.repairs, 1)
  const undisturbed = await newWorld(0.1)
  await undisturbed.send(day(0, 800))
  const whole = await scan(undisturbed.deps, 0)
  assert.equal(look?.report.evidence.profile, whole.report.evidence.profile)
  assert.equal((await repairPlanned(world.deps, plan)).rejudged, 0)
})
