import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { mustGoOn } from '../../activities/log-epochs.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { marksOf } from '../../adapters/postgres/log-marks.ts'
import { findReading } from '../../adapters/postgres/readings.ts'
import { withAdmin } from '../support/kafka-admin.ts'
import { type KafkaCluster, kafkaCluster } from '../support/kafka-cluster.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'
import { servers } from '../support/servers.ts'

const topic = 'rewritten'
let cluster: KafkaCluster
let world: Awaited<ReturnType<typeof scanWorld>>
before(async () => {
  cluster = await kafkaCluster()
  const configEntries = Object.entries({
    'unclean.leader.election.enable': 'true',
    'min.insync.replicas': '1',
  }).map(([name, value]) => ({ name, value }))
  await withAdmin(cluster.address, (admin) =>
    admin.createTopics({
      topics: [{ topic, configEntries, replicaAssignment: [{ partition: 0, replicas: [2, 3] }] }],
    }),
  )
  const on = { kafka: cluster.address, postgres: servers().postgres }
  world = await scanWorld({ on, topic })
})
after(async () => {
  await world?.close()
  await cluster?.close()
})

/** By a producer that knows nothing of what was there before. */
async function send(index: number, count: number, seed?: number): Promise<void> {
  const producer = kafkaClient([cluster.address]).producer()
  await producer.connect()
  const records = day(index, count, seed === undefined ? {} : { seed })
  const messages = records.map((record) => ({ ...record, partition: 0 }))
  try {
    for (const giveUp = performance.now() + 60_000; ; await sleep(500)) {
      const sent = await producer.send({ topic, messages }).catch((error: Error) => error)
      if (!(sent instanceof Error)) return
      assert.ok(performance.now() < giveUp, sent.message)
    }
  } finally {
    await producer.disconnect()
  }
}

async function until(leader: number, inSync: readonly number[]): Promise<void> {
  for (const giveUp = performance.now() + 60_000; ; await sleep(200)) {
    const state = await withAdmin(cluster.address, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      const [one] = topics[0]?.partitions ?? []
      return JSON.stringify([one?.leader, one?.isr.toSorted()])
    })
    if (state === JSON.stringify([leader, inSync])) return
    assert.ok(performance.now() < giveUp, state)
  }
}

async function scan(index: number) {
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    const input = { model: 'm', reading: plan.reading, partition, to: cut }
    await advanceLedger(world.deps, input)
  }
  return { plan, report: await judgeWindow(world.deps, plan) }
}

test('a log that an unclean election cut back, and that has grown past what was read, is told', async () => {
  await until(2, [2, 3])
  await send(0, 600)
  await cluster.kill(3)
  await until(2, [2])
  await send(0, 300, 5)
  const { plan, report } = await scan(0)
  assert.equal(report.rows.good, 900)
  const { pool } = world.database
  const marks = await marksOf(pool, plan.reading)
  assert.equal(marks.get(0)?.offset, 899n)
  const reading = await findReading(pool, plan.reading)
  await mustGoOn(world.deps, reading!)

  await cluster.kill(2)
  await cluster.start(3)
  await until(3, [3])
  await send(1, 800)
  await assert.rejects(scan(1), { code: 'KAFKA_LOG_REWRITTEN', message: /at offset 899 there is/ })
  assert.deepEqual(await marksOf(pool, plan.reading), marks, 'and nothing was read')
  const input = { model: 'm', reading: plan.reading, partition: 0, to: '950' }
  await assert.rejects(advanceLedger(world.deps, input), { code: 'KAFKA_LOG_REWRITTEN' })
})

test('a new generation reads it from its beginning', async () => {
  const model = { ...world.model, log: { ...world.model.log, generation: 2 } }
  const settings = async () => ({ id: 1, settings: { models: { m: model } } as never })
  const deps = { ...world.deps, settings }
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(1) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  assert.equal((await judgeWindow(deps, plan)).rows.good, 800)
})
