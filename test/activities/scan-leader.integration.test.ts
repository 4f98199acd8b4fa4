import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApplicationFailure } from '@temporalio/common'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { toFailure } from '../../adapters/temporal/as-activities.ts'
import type { ScanPhase } from '../../contracts/scan-phases.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { withAdmin } from '../support/kafka-admin.ts'
import { type KafkaCluster, kafkaCluster } from '../support/kafka-cluster.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'
import { servers } from '../support/servers.ts'

const topic = 'led'

describe('a partition whose leader changes in the middle of a scan', () => {
  let cluster: KafkaCluster
  let undisturbed: string
  before(async () => {
    cluster = await kafkaCluster()
    await withAdmin(cluster.address, (admin) =>
      admin.createTopics({
        topics: [{ topic, replicaAssignment: [{ partition: 0, replicas: [2, 3, 1] }] }],
      }),
    )
    undisturbed = (await scan({ fill: true })).profile
  })
  after(() => cluster?.close())

  /** Scans the log by a ledger of its own, in slices of 500 records; `change` comes right before the third is fetched. */
  async function scan({ fill = false, change }: { fill?: boolean; change?: () => Promise<void> }) {
    const on = { kafka: cluster.address, postgres: servers().postgres }
    const world = await scanWorld({ on, topic })
    try {
      if (fill) await world.send(day(0, 3_000).map((record) => ({ ...record, partition: 0 })))
      const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
      const [{ cut, partition } = assert.fail('no partition')] = plan.partitions
      let fetches = 0
      const onPhase = async (phase: ScanPhase) => {
        if (phase === 'before fetch' && ++fetches === 3) await change?.()
      }
      const input = { model: 'm', reading: plan.reading, partition, to: cut }
      // As Temporal would: again, until it succeeds.
      for (const giveUp = performance.now() + 120_000; ; ) {
        const advance = advanceLedger({ ...world.deps, onPhase }, input, { records: 500 })
        const failure = await advance.then(() => null, toFailure)
        if (failure === null) break
        assert.ok(!(failure instanceof ApplicationFailure && failure.nonRetryable), String(failure))
        assert.ok(performance.now() < giveUp, String(failure))
        await sleep(200)
      }
      assert.ok(fetches > 3, 'it was in the middle')
      assert.deepEqual(await brokenInvariants(world.database.pool), [])
      const { evidence, rows } = await judgeWindow(world.deps, plan)
      assert.deepEqual([rows.good, rows.lost], [3_000, 0])
      return evidence
    } finally {
      await world.close()
    }
  }

  const leader = () =>
    withAdmin(cluster.address, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      return topics[0]?.partitions[0]?.leader
    })
  /** Until another broker leads. */
  const led = async (by: number) => {
    while ((await leader()) !== by) await sleep(100)
  }

  test('goes on with the new one where the old one was killed: the same bytes', async () => {
    assert.equal(await leader(), 2)
    const { profile } = await scan({ change: () => cluster.kill(2) })
    assert.equal(profile, undisturbed)
    await led(3)
    await cluster.start(2)
  })

  test('goes on with the new one where the partition was moved: the same bytes', async () => {
    const move = (replicas: number[]) =>
      withAdmin(cluster.address, (admin) =>
        admin.alterPartitionReassignments({
          topics: [{ topic, partitionAssignment: [{ partition: 0, replicas }] }],
        }),
      )
    const { profile } = await scan({
      change: async () => {
        await move([1, 2])
        await led(1)
      },
    })
    assert.equal(profile, undisturbed)
  })
})
