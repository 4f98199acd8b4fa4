import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgePlan, judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { findPlan, findVerdict } from '../../adapters/postgres/verdicts.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { Report } from '../../contracts/report.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { storeReference } from '../support/reference.ts'
import { day, origin, scanWorld, scheduledAfter, values } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
const worlds: World[] = []
after(() => Promise.all(worlds.map((world) => world.close())))

async function newWorld(options: Parameters<typeof scanWorld>[0]): Promise<World> {
  const world = await scanWorld(options)
  worlds.push(world)
  return world
}

const dayStart = (index: number) => new Date(origin + index * 86_400_000)

async function scan({ deps }: World, index: number): Promise<Report> {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  return judgeWindow(deps, plan)
}

/** Every verdict of these days, judged again, holds the bytes on record. */
async function mustBeTheSame({ deps }: World, days: readonly number[]): Promise<void> {
  for (const index of days) {
    const plan = await findPlan(deps.db, 'm', dayStart(index))
    const recorded = await findVerdict(deps.db, 'm', dayStart(index))
    const { report } = await judgePlan(deps, plan!)
    assert.equal(canonicalJson(report), canonicalJson(recorded), `day ${index}`)
  }
}

test('windows that are judged out of their order are judged again to the same bytes', async () => {
  const world = await newWorld({
    detection: { scales: [1, 6] },
    references: { training: { kind: 'training' }, 'last-days': { kind: 'rolling', last: '4d' } },
  })
  const order = [0, 1, 2, 4, 5, 8, 7, 3, 9, 6]
  const reports = new Map<number, Report>()
  for (const index of order) {
    await world.send([...day(index, 300), { value: 'broken' }])
    reports.set(index, await scan(world, index))
  }
  assert.equal(reports.get(9)?.evidence.history?.windows, 8)
  assert.equal(reports.get(8)?.evidence.spans?.[0]?.merged, 3, 'days 3, 6 and 7 were not there yet')
  await mustBeTheSame(world, order)
})

test('an empty day that is judged later does not make the days after it look stale', async () => {
  const world = await newWorld({ detection: { scales: [1] } })
  await world.send(day(0, 300))
  await scan(world, 0)
  const reports: Report[] = []
  for (const index of [2, 4, 1, 3]) reports.push(await scan(world, index))
  assert.ok(reports.every(({ rows }) => rows.good === 0))
  await mustBeTheSame(world, [0, 1, 2, 3, 4])
})

test('a reference that comes later changes no verdict on record, that of its own version neither', async () => {
  const world = await newWorld({ detection: { scales: [1] } })
  await world.send(day(0, 300, { version: '2' }))
  assert.equal((await scan(world, 0)).evidence.reference.modelVersion, '1')
  const next = mulberry32(9)
  const rows = Array.from({ length: 2_000 }, () => values(next, 1))
  await storeReference(world.database.pool, world.binning, '2', rows)
  await world.send(day(1, 300, { version: '2' }))
  assert.equal((await scan(world, 1)).evidence.reference.modelVersion, '2')
  await mustBeTheSame(world, [0, 1])
})
