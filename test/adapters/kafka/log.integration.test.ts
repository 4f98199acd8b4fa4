import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { ensureTopic } from '../../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../../adapters/kafka/cluster.ts'
import { type KafkaLog, openKafkaLog } from '../../../adapters/kafka/log.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { servers } from '../../support/servers.ts'

const brokers = [servers().kafka]
const kafka = kafkaClient(brokers, 'log-test')
const producer = kafka.producer()
const admin = kafka.admin()
let log: KafkaLog

before(async () => {
  await Promise.all([producer.connect(), admin.connect()])
  log = await openKafkaLog(brokers)
})

after(async () => {
  await Promise.all([producer.disconnect(), admin.disconnect(), log.close()])
})

async function topicWith(count: number): Promise<string> {
  const topic = `test-${randomBytes(6).toString('hex')}`
  await ensureTopic(brokers, topic, 1)
  if (count > 0) await send(topic, 0, count)
  return topic
}

const send = (topic: string, from: number, to: number) =>
  producer.send({
    topic,
    messages: Array.from({ length: to - from }, (_, i) => ({
      partition: 0,
      value: `record ${from + i}`,
    })),
  })

/** The values of a stretch, and the offset reached. */
async function read(topic: string, from: bigint, to: bigint, maxBytes?: number) {
  const values: string[] = []
  let next = from
  const input = { topic, partition: 0, from, to, ...(maxBytes === undefined ? {} : { maxBytes }) }
  for await (const batch of log.read(input)) {
    assert.ok(batch.next > next, 'every batch moves on')
    for (const { offset, value } of batch.records) {
      assert.ok(BigInt(offset) >= from && BigInt(offset) < to)
      values.push(String(value))
    }
    next = batch.next
  }
  return { values, next }
}

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code

describe('a direct fetch', () => {
  test('gives exactly the stretch asked for, though answers begin at whole batches', async () => {
    const topic = await topicWith(0)
    for (let i = 0; i < 5; i++) await send(topic, i * 100, i * 100 + 100)
    for (const [from, to] of [
      [0n, 500n],
      [50n, 51n],
      [99n, 301n],
      [499n, 500n],
    ] as const) {
      const { values, next } = await read(topic, from, to, 1)
      assert.equal(next, to)
      assert.deepEqual(
        values,
        Array.from({ length: Number(to - from) }, (_, i) => `record ${Number(from) + i}`),
      )
    }
  })

  test('ends early at the end of the log and never waits for more', async () => {
    const topic = await topicWith(10)
    assert.deepEqual((await read(topic, 5n, 100n)).next, 10n)
    assert.deepEqual(await read(topic, 10n, 100n), { values: [], next: 10n })
  })

  test('passes aborted and control records without reading them', async () => {
    const topic = await topicWith(0)
    const transactional = kafka.producer({
      transactionalId: `${topic}-writer`,
      maxInFlightRequests: 1,
      idempotent: true,
    })
    await transactional.connect()
    try {
      for (const [value, end] of [
        ['kept 1', 'commit'],
        ['dropped', 'abort'],
        ['kept 2', 'commit'],
      ] as const) {
        const transaction = await transactional.transaction()
        await transaction.send({ topic, messages: [{ partition: 0, value }] })
        await transaction[end]()
      }
    } finally {
      await transactional.disconnect()
    }
    const [offsets] = await log.offsets(topic)
    assert.equal(offsets?.lastStable, 6n)
    assert.deepEqual(await read(topic, 0n, 6n), { values: ['kept 1', 'kept 2'], next: 6n })
    assert.deepEqual(await read(topic, 2n, 4n), { values: [], next: 4n })
  })

  test('stops before an open transaction, whose end nobody knows yet', async () => {
    const topic = await topicWith(3)
    const transactional = kafka.producer({
      transactionalId: `${topic}-writer`,
      maxInFlightRequests: 1,
      idempotent: true,
    })
    await transactional.connect()
    try {
      const transaction = await transactional.transaction()
      await transaction.send({ topic, messages: [{ partition: 0, value: 'open' }] })
      assert.equal((await log.offsets(topic))[0]?.lastStable, 3n)
      await transaction.abort()
      assert.equal((await read(topic, 0n, 3n)).next, 3n)
    } finally {
      await transactional.disconnect()
    }
  })

  test('says that retention removed the start, and where the log begins now', async () => {
    const topic = await topicWith(20)
    // kafkajs wants the topic in its metadata first.
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '12' }] })
    await assert.rejects(() => read(topic, 5n, 20n), isCode('KAFKA_OFFSET_LOST'))
    assert.deepEqual(await log.offsets(topic), [{ partition: 0, low: 12n, lastStable: 20n }])
    assert.equal((await read(topic, 12n, 20n)).values.length, 8)
  })

  test('names a topic that does not exist', async () => {
    await assert.rejects(() => log.offsets('test-nowhere'), isCode('KAFKA_TOPIC_UNKNOWN'))
  })

  test('stops when told to', async () => {
    const topic = await topicWith(5)
    const signal = AbortSignal.abort(new Error('stop'))
    const stretch = log.read({ topic, partition: 0, from: 0n, to: 5n, signal })
    await assert.rejects(() => stretch.next(), /stop/)
  })
})

test('nobody at the address is an error of its own, soon', { timeout: 60_000 }, async () => {
  await assert.rejects(() => openKafkaLog(['127.0.0.1:1']), isCode('KAFKA_UNREACHABLE'))
})
