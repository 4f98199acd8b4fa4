import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { kafkaClient } from '../../../adapters/kafka/cluster.ts'
import { openKafkaLog } from '../../../adapters/kafka/log.ts'
import { type LogClientName, logClients } from '../../../adapters/kafka/log-clients.ts'
import { withAdmin } from '../../support/kafka-admin.ts'
import { type KafkaCluster, kafkaCluster } from '../../support/kafka-cluster.ts'

const batches = 40
const each = 100

/** What reading a log promises of a change of leader, whoever fetches. */
describe('a log whose leader changes while it is read', () => {
  let cluster: KafkaCluster
  before(async () => {
    cluster = await kafkaCluster()
  })
  after(() => cluster?.close())

  /** Led by broker 2, then by broker 3. */
  async function filled(topic: string): Promise<void> {
    await withAdmin(cluster.address, (admin) =>
      admin.createTopics({
        topics: [{ topic, replicaAssignment: [{ partition: 0, replicas: [2, 3] }] }],
      }),
    )
    await led(topic, 2)
    const producer = kafkaClient([cluster.address]).producer()
    await producer.connect()
    for (let batch = 0; batch < batches; batch++) {
      const messages = Array.from({ length: each }, (_, i) => {
        return { partition: 0, value: `${batch * each + i}` }
      })
      await producer.send({ topic, messages, acks: -1 })
    }
    await producer.disconnect()
  }

  const leader = (topic: string) =>
    withAdmin(cluster.address, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      return topics[0]?.partitions[0]?.leader
    })
  const led = async (topic: string, by: number) => {
    for (const giveUp = performance.now() + 60_000; (await leader(topic)) !== by; ) {
      assert.ok(performance.now() < giveUp, `broker ${by} leads`)
      await sleep(100)
    }
  }

  /** Reads batch by batch; `change` comes in the middle. */
  async function readThrough(
    topic: string,
    client: LogClientName,
    change: () => Promise<void>,
  ): Promise<void> {
    await filled(topic)

    const log = await openKafkaLog({ brokers: [cluster.address], client })
    try {
      const values: string[] = []
      const to = BigInt(batches * each)
      let answers = 0
      const stretch = { topic, partition: 0, from: 0n, to, maxBytes: 1 }
      for await (const { records } of log.read(stretch)) {
        values.push(...records.map(({ value }) => String(value)))
        if (++answers === 10) await change()
      }
      assert.deepEqual(
        values,
        Array.from({ length: batches * each }, (_, i) => `${i}`),
      )
      const [offsets] = await log.offsets(topic)
      assert.equal(offsets?.lastStable, to)
      assert.match((await log.topicId(topic)) ?? '', /^[0-9a-f]{32}$/)
    } finally {
      await log.close()
    }
  }

  for (const client of Object.keys(logClients) as LogClientName[]) {
    test(`is read to its end with ${client} where the partition was moved`, async () => {
      const topic = `moved-${client}`
      await readThrough(topic, client, async () => {
        await withAdmin(cluster.address, (admin) =>
          admin.alterPartitionReassignments({
            topics: [{ topic, partitionAssignment: [{ partition: 0, replicas: [1] }] }],
          }),
        )
        await led(topic, 1)
      })
    })

    test(`is read to its end with ${client} where the leader was killed`, async () => {
      const topic = `killed-${client}`
      await readThrough(topic, client, async () => {
        await cluster.kill(2)
        await led(topic, 3)
      })
      await cluster.start(2)
    })
  }
})
