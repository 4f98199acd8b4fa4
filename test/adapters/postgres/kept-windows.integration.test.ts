import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { planScan } from '../../../activities/scan-plan.ts'
import { namedCuts, needsOf } from '../../../adapters/postgres/kept-windows.ts'
import { recordPlan } from '../../../adapters/postgres/verdicts.ts'
import { scanWorld, scheduledAfter } from '../../support/scan-world.ts'

const world = await scanWorld()
after(() => world.close())

test('a window keeps what it may hold of the reading that was counted beside its own', async () => {
  const db = world.database.pool
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  const former = 'the-one-before'
  assert.deepEqual(await namedCuts(db, former), [])
  await recordPlan(db, {
    ...plan,
    window: { start: plan.window.end, end: '2001-01-03T00:00:00.000Z' },
    partitions: [{ partition: 0, cut: '70' }],
    beside: {
      reading: former,
      repairs: 3,
      began: { windowsFrom: plan.window.end, offsets: { 0: '5' } },
    },
  })
  const [named, ...more] = await namedCuts(db, former)
  assert.equal(more.length, 0)
  assert.deepEqual(
    [named?.cut, named?.began, named?.repairs],
    [new Map([[0, 70n]]), new Map([[0, 5n]]), 3],
  )
  assert.equal((await needsOf(db, former, () => 0)).length, 1)
  assert.equal((await namedCuts(db, plan.reading)).length, 2)
})
