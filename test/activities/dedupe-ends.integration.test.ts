import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { keepHouse } from '../../activities/housekeeping.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { storageSettings } from '../../contracts/storage.ts'
import { readPairs, scanPairs as scanJoined } from '../support/pair-log.ts'
import { assertProved } from '../support/pair-world.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
const worlds: World[] = []
after(async () => {
  for (const world of worlds) await world.close()
})
async function newWorld(dedupeWithin: string): Promise<World> {
  const world = await scanWorld({ log: { dedupe: 'exact', dedupeWithin } })
  worlds.push(world)
  return world
}

/** A round of housekeeping so many days from now; `models`: those that are still configured. */
const tidy = async ({ database, model }: World, days = 0, models: object = { m: model }) => {
  const settings = { models, storage: storageSettings.parse(undefined) } as never
  const clock = () => Date.now() + days * 86_400_000
  return (await keepHouse({ db: database.pool, settings: async () => ({ settings }), clock })).ids
}

const idsIn = async ({ database }: World) => {
  const { rows } = await database.pool.query<{ n: number }>(
    'select count(*)::int as n from joined_ids',
  )
  return rows[0]!.n
}

async function scanned(world: World, index: number) {
  await world.send(day(index, 240))
  return scanJoined(world.deps, index)
}

test('when rows are not counted once any more, the ids go as soon as nothing could look for them', async () => {
  const world = await newWorld('2d')
  await scanned(world, 0)
  await scanned(world, 1)
  assert.equal(await tidy(world, 100), 0, 'what is in force forgets by itself, whatever the time')
  world.model.log.dedupe = 'none'
  await scanned(world, 2)
  await scanned(world, 3)
  assert.equal(await idsIn(world), 480)
  assert.equal(await tidy(world), 240, 'those of the first day')
  await assertProved(world)
  assert.equal(await tidy(world), 0)
  await scanned(world, 4)
  assert.equal(await tidy(world), 240)
  assert.equal(await idsIn(world), 0)
  await assertProved(world)
})

test('counted once again, what was removed would not have been looked for', async () => {
  const told = async (isTidied: boolean) => {
    const world = await newWorld('2d')
    for (const index of [0, 1]) await scanned(world, index)
    world.model.log.dedupe = 'none'
    for (const index of [3, 4]) await scanned(world, index)
    if (isTidied) assert.equal(await tidy(world), 480)
    world.model.log.dedupe = 'exact'
    // A window that nobody planned: how far it looks back is told by the latest one, whichever reading that was of.
    await world.send([...day(0, 240).slice(0, 50), ...day(1, 240).slice(0, 30)])
    const { report } = await scanned(world, 2)
    await assertProved(world)
    return [report.rows.good, report.rows.removed, report.rows.late, report.evidence.profile]
  }
  assert.deepEqual(await told(true), await told(false))
})

test('a join that is still to be done keeps what it looks for', async () => {
  const world = await newWorld('2d')
  await scanned(world, 0)
  await world.send(day(0, 240))
  const pending = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(1) })
  world.model.log.dedupe = 'none'
  for (const index of [2, 3, 4, 5]) await scanned(world, index)
  assert.equal(await tidy(world), 0)
  await readPairs(world.deps, pending)
  await assertProved(world)
  const { rows } = await world.database.pool.query(
    'select sum(repeated)::int as repeated from join_counts where number = $1',
    [pending.joins],
  )
  assert.equal(rows[0].repeated, 240)
  assert.equal(await tidy(world), 240)
  assert.equal(await idsIn(world), 0)
})

test('of a model that is not configured any more they go when so much time has passed', async () => {
  const world = await newWorld('2d')
  await scanned(world, 0)
  const end = Date.parse('2001-01-02T00:00:00Z')
  const daysTo = (ms: number) => (ms - Date.now()) / 86_400_000
  assert.equal(await tidy(world, daysTo(end + 1.5 * 86_400_000), {}), 0)
  assert.equal(await tidy(world, daysTo(end + 2.5 * 86_400_000), {}), 240)
  await assertProved(world)
})
