import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import kafkajs, { type Producer } from 'kafkajs'
import { ensureTopic } from '../../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../../adapters/kafka/cluster.ts'
import { type KafkaLog, openKafkaLog } from '../../../adapters/kafka/log.ts'
import { servers } from '../../support/servers.ts'

const { CompressionTypes } = kafkajs
const codecs = kafkajs.CompressionCodecs as Record<number, () => object>
const brokers = [servers().kafka]
const records = Array.from(
  { length: 2_000 },
  (_, i) => `record ${i} ${'and more of the same '.repeat(8)}`,
)
let producer: Producer
let log: KafkaLog

before(async () => {
  producer = kafkaClient(brokers).producer()
  await producer.connect()
  log = await openKafkaLog(brokers)
})

after(async () => {
  await producer.disconnect()
  await log.close()
})

async function topicOf(compression: string): Promise<string> {
  const topic = `codec-${compression}-${randomBytes(4).toString('hex')}`
  await ensureTopic(brokers, topic, 1, { 'compression.type': compression })
  return topic
}

const send = (topic: string, compression: number) =>
  producer.send({ topic, compression, messages: records.map((value) => ({ value })) })

/** The values of a topic, and the codecs that were asked to unpack them. */
async function readAll(topic: string) {
  const used = new Set<number>()
  const kept = { ...codecs }
  for (const [type, codec] of Object.entries(kept)) {
    codecs[Number(type)] = () => {
      used.add(Number(type))
      return codec()
    }
  }
  try {
    const values: string[] = []
    const to = BigInt(records.length)
    for await (const batch of log.read({ topic, partition: 0, from: 0n, to })) {
      values.push(...batch.records.map(({ value }) => String(value)))
    }
    return { values, used: [...used] }
  } finally {
    Object.assign(codecs, kept)
  }
}

describe('records compressed with', () => {
  for (const [name, type] of [
    ['gzip', CompressionTypes.GZIP],
    ['snappy', CompressionTypes.Snappy],
    ['lz4', CompressionTypes.LZ4],
    ['zstd', CompressionTypes.ZSTD],
  ] as const) {
    test(`${name} by the client are read`, async () => {
      const topic = await topicOf('producer')
      await send(topic, type)
      assert.deepEqual(await readAll(topic), { values: records, used: [type] })
    })

    test(`${name} by the broker, as Java writes it, are read`, async () => {
      const topic = await topicOf(name)
      await send(topic, CompressionTypes.None)
      assert.deepEqual(await readAll(topic), { values: records, used: [type] })
    })
  }
})
