import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import type { ScanPlan } from '../../contracts/scan.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
type Partitions = readonly ScanPlan['partitions'][number][]

/** One worker after the other's partitions are shared out; each has connections to Kafka of its own. */
async function scannedBy(world: World, share: (all: Partitions) => readonly Partitions[]) {
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  const counts = await Promise.all(
    share(plan.partitions).map(async (own) => {
      const log = await openKafkaLog([world.broker])
      let good = 0
      try {
        for (const { partition, cut } of own) {
          const input = { model: 'm', reading: plan.reading, partition, to: cut }
          good += (await advanceLedger({ ...world.deps, log }, input, { records: 97 })).good
        }
      } finally {
        await log.close()
      }
      return good
    }),
  )
  const { rows } = await world.database.pool.query(
    `select bucket, version, sum(rows)::int as rows from parts group by 1, 2 order by 1, 2`,
  )
  const { evidence } = await judgeWindow(world.deps, plan)
  return { counts, rows, profile: evidence.profile }
}

test('one worker, four workers and another order of partitions give the same profile', async () => {
  const first = await scanWorld({ partitions: 7 })
  const others = [await scanWorld({ topic: first.topic }), await scanWorld({ topic: first.topic })]
  const worlds = [first, ...others]
  try {
    const messages = day(0, 3_000).map((message, i) => ({ ...message, partition: (i * i) % 7 }))
    await first.send(messages)
    const one = await scannedBy(first, (all) => [all])
    const four = await scannedBy(others[0] as World, (all) =>
      [0, 1, 2, 3].map((worker) => all.filter((_, i) => i % 4 === worker)),
    )
    const backwards = await scannedBy(others[1] as World, (all) => [all.toReversed()])
    assert.deepEqual(one.counts, [3_000])
    assert.ok(
      four.counts.filter((good) => good > 0).length >= 3,
      `the workers counted ${four.counts}`,
    )
    for (const other of [four, backwards]) {
      assert.equal(other.profile, one.profile)
      assert.deepEqual(other.rows, one.rows)
    }
  } finally {
    for (const world of worlds) await world.close()
  }
})
