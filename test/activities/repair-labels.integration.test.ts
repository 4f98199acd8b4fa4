import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceLabels } from '../../activities/advance-labels.ts'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { measurePerformance } from '../../activities/measure-performance.ts'
import { planLabels } from '../../activities/plan-labels.ts'
import { planRepair, repairPlanned } from '../../activities/repair.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { dropLabelDay, pastLabelDays } from '../../adapters/postgres/label-days.ts'
import { lateLabels } from '../../adapters/postgres/late-labels.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { listPerformances } from '../../adapters/postgres/performances.ts'
import { blindLog } from '../support/blind-log.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { closedAfter } from '../support/closed-after.ts'
import { labelledWorld, labelOf } from '../support/labelled-world.ts'
import { day, origin, scheduledAfter } from '../support/scan-world.ts'

const world = closedAfter(() => labelledWorld({ labels: { delay: '1d', minimumLabels: 50 } }))
type World = Awaited<ReturnType<typeof world>>
const dayOf = (index: number, hours = 0) =>
  new Date(origin + (index * 24 + hours) * 3_600_000).toISOString()

async function scanDay(deps: ScanDeps, index: number) {
  const at = scheduledAfter(index)
  const plan = await planScan(deps, { model: 'm', scheduledAt: at })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  const labels = await planLabels(deps, { model: 'm', at, window: plan.window.start })
  for (const { partition, cut } of labels!.partitions) {
    await advanceLabels(deps, { model: 'm', reading: labels!.reading, partition, to: cut })
  }
  await measurePerformance(deps, labels!)
  return labels!
}

async function proves({ database }: World): Promise<void> {
  assert.deepEqual(await brokenInvariants(database.pool), [])
  for (const { faults } of await ledgerOf(database.pool, 'm', 5)) assert.deepEqual(faults, [])
}

/** Labels of a day, of which those of ids that end in 7 could not be read; one nobody can read. */
async function blindDay(own: World) {
  await own.send(day(0, 400))
  const labels = day(0, 400).map(({ value }, index) =>
    labelOf(JSON.parse(value).id, dayOf(0, 12), index % 2),
  )
  await own.sendLabels([...labels, { value: 'not json', partition: 1 }])
  const blind = { ...own.deps, log: blindLog(own.deps.log, (text) => /"id":"d0-\d*7"/.test(text)) }
  return {
    blind,
    repair: async () => repairPlanned(own.deps, await planRepair(own.deps, { model: 'm' })),
  }
}

const first = async ({ database }: World) => (await listPerformances(database.pool, 'm', 9)).at(-1)!

test('labels that can be read now are labels from then on, of a window that is provisional', async () => {
  const own = await world()
  const { blind, repair } = await blindDay(own)
  const before = await scanDay(blind, 0)
  assert.deepEqual(
    [(await first(own)).labelled, (await first(own)).evidence.labelRepairs],
    [360, undefined],
  )
  const told = await repair()
  assert.deepEqual(told.labels, { repairs: 1, good: 40, foreign: 0, bad: 1, gone: 0 })
  await proves(own)
  assert.deepEqual((await repair()).labels, { repairs: 0, good: 0, foreign: 0, bad: 1, gone: 0 })
  // The plan of before does not know of them, the next one does.
  await measurePerformance(own.deps, before)
  assert.equal((await first(own)).labelled, 360)
  await own.send(day(1, 50))
  await scanDay(own.deps, 1)
  const after = await first(own)
  assert.deepEqual(
    [after.state, after.labelled, after.evidence.labelRepairs],
    ['PROVISIONAL', 400, 1],
  )
})

test('for a final window they are late, and retention and erasure keep count of them', async () => {
  const own = await world()
  const { pool } = own.database
  const { blind, repair } = await blindDay(own)
  await own.sendLabels([labelOf('nobody', dayOf(3))])
  await scanDay(blind, 0)
  await scanDay(blind, 3)
  const final = await first(own)
  assert.deepEqual([final.state, final.labelled], ['FINAL', 360])
  await repair()
  await own.send(day(4, 20))
  await scanDay(own.deps, 4)
  assert.deepEqual(await first(own), final)
  assert.equal(
    (await lateLabels(pool, 'm', [final.window.start])).get(final.window.start)?.labels,
    40,
  )
  await proves(own)
  for (const labelDay of await pastLabelDays(pool, new Date(Date.now() + 2 * 86_400_000))) {
    await dropLabelDay(pool, labelDay)
  }
  await proves(own)
})
