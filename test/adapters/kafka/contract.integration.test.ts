import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureTopic } from '../../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../../adapters/kafka/cluster.ts'
import { type KafkaLog, openKafkaLog } from '../../../adapters/kafka/log.ts'
import { type LogClientName, logClients } from '../../../adapters/kafka/log-clients.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { makeAnew } from '../../support/kafka-admin.ts'
import { servers } from '../../support/servers.ts'

const brokers = [servers().kafka]
const kafka = kafkaClient(brokers, 'contract')
const producer = kafka.producer()
const admin = kafka.admin()
const names = Object.keys(logClients) as LogClientName[]

before(async () => {
  await Promise.all([producer.connect(), admin.connect()])
})

after(async () => {
  await Promise.all([producer.disconnect(), admin.disconnect()])
})

async function topicWith(
  count: number,
  {
    partitions = 1,
    settings = {},
  }: { partitions?: number; settings?: Record<string, string> } = {},
): Promise<string> {
  const topic = `log-${randomBytes(6).toString('hex')}`
  await ensureTopic(brokers, topic, partitions, settings)
  if (count > 0) await send(topic, 0, count)
  return topic
}

const send = (topic: string, from: number, to: number, compression = 0) =>
  producer.send({
    topic,
    compression,
    messages: Array.from({ length: to - from }, (_, i) => ({
      partition: 0,
      value: `record ${from + i}`,
    })),
  })

const valuesOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `record ${from + i}`)

/** A producer whose transactions end as told. */
async function withTransactions<T>(
  topic: string,
  work: (write: (values: string[], end: 'commit' | 'abort') => Promise<void>) => Promise<T>,
): Promise<T> {
  const transactional = kafka.producer({
    transactionalId: `${topic}-${randomBytes(4).toString('hex')}`,
    maxInFlightRequests: 1,
    idempotent: true,
  })
  await transactional.connect()
  try {
    return await work(async (values, end) => {
      const transaction = await transactional.transaction()
      for (const value of values) {
        await transaction.send({ topic, messages: [{ partition: 0, value }] })
      }
      await transaction[end]()
    })
  } finally {
    await transactional.disconnect()
  }
}

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code

test('every client has its page', () => {
  for (const name of names) {
    const page = new URL(`../../../docs/reference/log-clients/${name}.md`, import.meta.url)
    assert.match(readFileSync(page, 'utf8'), new RegExp(`kafka\\.client: ${name}`))
  }
})

/** What reading a log promises, whoever fetches. */
for (const name of names) {
  describe(`a log read with ${name}`, () => {
    let log: KafkaLog
    before(async () => {
      log = await openKafkaLog({ brokers, client: name })
    })
    after(() => log.close())

    /** The values of a stretch, and the offset reached. */
    async function read(topic: string, from: bigint, to: bigint, maxBytes?: number) {
      const values: string[] = []
      let next = from
      const size = maxBytes === undefined ? {} : { maxBytes }
      for await (const batch of log.read({ topic, partition: 0, from, to, ...size })) {
        assert.ok(batch.next > next, 'every batch moves on')
        for (const { offset, value } of batch.records) {
          assert.ok(BigInt(offset) >= from && BigInt(offset) < to)
          values.push(String(value))
        }
        next = batch.next
      }
      return { values, next }
    }

    test('gives exactly the stretch asked for, though answers begin at whole batches', async () => {
      const topic = await topicWith(0)
      for (let i = 0; i < 5; i++) await send(topic, i * 100, i * 100 + 100)
      for (const [from, to] of [
        [0, 500],
        [50, 51],
        [99, 301],
        [499, 500],
      ] as const) {
        const { values, next } = await read(topic, BigInt(from), BigInt(to), 1)
        assert.equal(next, BigInt(to))
        assert.deepEqual(values, valuesOf(from, to))
      }
    })

    test('tells in one answer of which partitions the records are those of the epoch they had', async () => {
      const topic = await topicWith(20, { partitions: 3 })
      await producer.send({ topic, messages: [{ partition: 2, value: 'one' }] })
      const epochOf = async (partition: number, offset: bigint) => {
        const epoch = await log.epochAt(topic, partition, offset)
        assert.ok(epoch !== null)
        return epoch
      }
      const [first, last] = [await epochOf(0, 19n), await epochOf(2, 0n)]
      const same = (places: readonly (readonly [number, bigint, number])[]) =>
        log.unchanged(
          topic,
          new Map(places.map(([partition, offset, epoch]) => [partition, { offset, epoch }])),
        )
      assert.deepEqual(
        await same([
          [0, 19n, first],
          [2, 0n, last],
        ]),
        new Set([0, 2]),
      )
      assert.deepEqual(
        await same([
          // Behind its end, of a later leader, and of a partition that is not there.
          [0, 20n, first],
          [2, 0n, last + 1],
          [7, 0n, 0],
        ]),
        new Set(),
      )
      assert.deepEqual(await same([[1, 0n, 0]]), new Set(), 'nothing was written there')
    })

    test('gives the time, the key and the headers of a record', async () => {
      const topic = await topicWith(0)
      const timestamp = String(Date.UTC(2026, 0, 1))
      const headers = { 'ce-id': 'x', twice: ['1', '2'] }
      const one = { partition: 0, key: 'k', value: 'v', timestamp, headers }
      await producer.send({ topic, messages: [one, { partition: 0, key: 'gone', value: null }] })
      const found = []
      for await (const { records } of log.read({ topic, partition: 0, from: 0n, to: 2n })) {
        found.push(...records)
      }
      const [first, second] = found
      assert.equal(first?.timestampMs, Number(timestamp))
      assert.deepEqual([String(first?.key), String(first?.value)], ['k', 'v'])
      const texts = Object.entries(first?.headers ?? {}).map(([key, value]) => [key, `${value}`])
      assert.deepEqual(texts, [
        ['ce-id', 'x'],
        ['twice', '1,2'],
      ])
      assert.deepEqual([second?.offset, second?.value, String(second?.key)], ['1', null, 'gone'])
    })

    test('ends early at the end of the log and never waits for more', async () => {
      const topic = await topicWith(10)
      assert.deepEqual((await read(topic, 5n, 100n)).next, 10n)
      assert.deepEqual(await read(topic, 10n, 100n), { values: [], next: 10n })
    })

    test('passes aborted and control records without reading them', async () => {
      const topic = await topicWith(0)
      await withTransactions(topic, async (write) => {
        await write(['kept 1'], 'commit')
        await write(['dropped'], 'abort')
        await write(['kept 2'], 'commit')
      })
      const [offsets] = await log.offsets(topic)
      assert.equal(offsets?.lastStable, 6n)
      assert.deepEqual(await read(topic, 0n, 6n), { values: ['kept 1', 'kept 2'], next: 6n })
      assert.deepEqual(await read(topic, 2n, 4n), { values: [], next: 4n })
    })

    test('leaves aborted records out where their end is in a later answer', async () => {
      const topic = await topicWith(0)
      await withTransactions(topic, async (write) => {
        await write(['first', 'of', 'many'], 'abort')
        await write(['kept'], 'commit')
        await write(['again', 'nothing'], 'abort')
      })
      // One batch an answer.
      assert.deepEqual(await read(topic, 0n, 9n, 1), { values: ['kept'], next: 9n })
      assert.deepEqual(await read(topic, 0n, 9n), { values: ['kept'], next: 9n })
    })

    test('stops before an open transaction, whose end nobody knows yet', async () => {
      const topic = await topicWith(3)
      const open = kafka.producer({
        transactionalId: `${topic}-open`,
        maxInFlightRequests: 1,
        idempotent: true,
      })
      await open.connect()
      try {
        const transaction = await open.transaction()
        await transaction.send({ topic, messages: [{ partition: 0, value: 'open' }] })
        assert.equal((await log.offsets(topic))[0]?.lastStable, 3n)
        assert.deepEqual(await read(topic, 0n, 4n), { values: valuesOf(0, 3), next: 3n })
        await transaction.abort()
        assert.equal((await read(topic, 0n, 3n)).next, 3n)
      } finally {
        await open.disconnect()
      }
    })

    test('passes the gaps that compaction leaves', { timeout: 120_000 }, async () => {
      const topic = await topicWith(0, {
        settings: {
          'cleanup.policy': 'compact',
          'segment.ms': '100',
          'min.cleanable.dirty.ratio': '0.01',
          'delete.retention.ms': '100',
        },
      })
      const keyed = (key: string, value: string) =>
        producer.send({ topic, messages: [{ partition: 0, key, value }] })
      for (let i = 0; i < 20; i++) await keyed(i % 10 === 9 ? `own ${i}` : 'same', `record ${i}`)
      const kept = async () => (await read(topic, 0n, 20n)).values
      for (const giveUp = performance.now() + 100_000; (await kept()).length > 3; ) {
        assert.ok(performance.now() < giveUp, 'the broker compacts')
        // Only what lies before the newest segment is compacted.
        await sleep(500)
        await keyed('later', 'x')
      }
      assert.deepEqual((await kept()).slice(0, 1), ['record 9'])
      assert.deepEqual((await kept()).at(-1), 'record 19')
      assert.equal((await read(topic, 0n, 20n)).next, 20n)
      assert.equal((await read(topic, 3n, 7n)).next, 7n)
      assert.deepEqual((await read(topic, 3n, 7n)).values, [])
    })

    test('gives a record that is larger than what is asked for at once', async () => {
      const topic = await topicWith(0, { settings: { 'max.message.bytes': '12000000' } })
      const value = 'x'.repeat(10 << 20)
      await producer.send({ topic, messages: [{ partition: 0, value }] })
      await send(topic, 1, 3)
      const { values, next } = await read(topic, 0n, 3n)
      assert.deepEqual([values[0]?.length, ...values.slice(1)], [10 << 20, ...valuesOf(1, 3)])
      assert.equal(next, 3n)
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

    test('finds partitions that are added, and reads several at once', async () => {
      const topic = await topicWith(5)
      assert.equal((await log.offsets(topic)).length, 1)
      await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] })
      let found = await log.offsets(topic)
      for (let tries = 0; found.length < 4 && tries < 50; tries++) {
        await sleep(100)
        found = await log.offsets(topic)
      }
      assert.deepEqual(
        found.map(({ partition }) => partition),
        [0, 1, 2, 3],
      )
      // The other one keeps for minutes what it knows of a topic.
      const fresh = kafka.producer()
      await fresh.connect()
      for (const partition of [1, 2, 3]) {
        const value = `in ${partition}`
        await fresh.send({ topic, messages: Array(50).fill({ partition, value }) })
      }
      await fresh.disconnect()
      const counts = await Promise.all(
        [0, 1, 2, 3].map(async (partition) => {
          const values = new Set<string>()
          let count = 0
          const to = partition === 0 ? 5n : 50n
          for await (const { records } of log.read({ topic, partition, from: 0n, to })) {
            for (const { value } of records) values.add(String(value))
            count += records.length
          }
          return [count, partition === 0 ? values.size : [...values].join()]
        }),
      )
      assert.deepEqual(counts, [
        [5, 5],
        [50, 'in 1'],
        [50, 'in 2'],
        [50, 'in 3'],
      ])
    })

    test('finds where a time begins, and the end where nothing is that late', async () => {
      const topic = await topicWith(0, { partitions: 2 })
      const messages = [1_000, 2_000, 3_000].map((timestamp) => {
        return { partition: 0, value: 'x', timestamp: String(timestamp) }
      })
      await producer.send({ topic, messages })
      const at = async (timeMs: number) => [...(await log.offsetsAt(topic, timeMs))].sort()
      assert.deepEqual(await at(1_500), [
        [0, 1n],
        [1, 0n],
      ])
      assert.deepEqual(await at(9_000), [
        [0, 3n],
        [1, 0n],
      ])
    })

    test('tells a topic from another one of the same name', async () => {
      const topic = await topicWith(3)
      const id = await log.topicId(topic)
      assert.match(id ?? '', /^[0-9a-f]{32}$/)
      for (const client of names) {
        const other = await openKafkaLog({ brokers, client })
        assert.equal(await other.topicId(topic), id)
        await other.close()
      }
      await makeAnew(brokers[0] as string, topic, 1)
      const later = await log.topicId(topic)
      assert.match(later ?? '', /^[0-9a-f]{32}$/)
      assert.notEqual(later, id)
    })

    test('names a topic that does not exist, and does not make it', async () => {
      for (const ask of [
        () => log.offsets('log-nowhere'),
        () => log.offsetsAt('log-nowhere', 0),
        () => log.topicId('log-nowhere'),
      ]) {
        await assert.rejects(ask, isCode('KAFKA_TOPIC_UNKNOWN'))
      }
      assert.ok(!(await admin.listTopics()).includes('log-nowhere'))
    })

    test('a topic that was deleted keeps no other one from being read', async () => {
      const [gone, stays] = [await topicWith(3), await topicWith(3)]
      for (const topic of [gone, stays]) await log.offsets(topic)
      assert.notEqual(await log.topicId(gone), null)
      await log.topicId(stays)
      await admin.deleteTopics({ topics: [gone] })
      const late = await topicWith(2)
      assert.equal((await log.offsets(late))[0]?.lastStable, 2n)
      assert.notEqual(await log.topicId(late), null)
      assert.equal((await log.offsets(stays))[0]?.lastStable, 3n)
      await assert.rejects(log.offsets(gone), { code: 'KAFKA_TOPIC_UNKNOWN' })
      assert.equal((await log.offsets(late))[0]?.lastStable, 2n)
    })

    test('stops when told to', async () => {
      const topic = await topicWith(5)
      const signal = AbortSignal.abort(new Error('stop'))
      const stretch = log.read({ topic, partition: 0, from: 0n, to: 5n, signal })
      await assert.rejects(() => stretch.next(), /stop/)
    })

    test('arms no timer while nothing is asked of it', async () => {
      const own = await openKafkaLog({ brokers, client: name })
      const original = globalThis.setTimeout
      let armed = 0
      try {
        const topic = await topicWith(1)
        assert.equal((await own.offsets(topic)).length, 1)
        // Whatever the last answers left behind runs out first.
        await sleep(100)
        globalThis.setTimeout = ((...args: Parameters<typeof original>) => {
          armed++
          return original(...args)
        }) as typeof original
        await sleep(500)
      } finally {
        globalThis.setTimeout = original
        await own.close()
      }
      assert.equal(armed, 0)
    })

    for (const [codec, type] of [
      ['gzip', 1],
      ['snappy', 2],
      ['lz4', 3],
      ['zstd', 4],
    ] as const) {
      for (const [who, settings, sent] of [
        ['the client', { 'compression.type': 'producer' }, type],
        ['the broker, as Java writes it,', { 'compression.type': codec }, 0],
      ] as const) {
        test(`reads records compressed with ${codec} by ${who}`, async () => {
          const topic = await topicWith(0, { settings })
          await send(topic, 0, 2_000, sent)
          assert.equal(await codecOf(name, topic), type)
          assert.deepEqual((await read(topic, 0n, 2_000n)).values, valuesOf(0, 2_000))
        })
      }
    }

    test('says soon that nobody is at the address', { timeout: 60_000 }, async () => {
      const nobody = { brokers: ['127.0.0.1:1'], client: name }
      await assert.rejects(() => openKafkaLog(nobody), isCode('KAFKA_UNREACHABLE'))
    })

    test('asks the next broker where the first one is not there', async () => {
      const topic = await topicWith(2)
      const second = { brokers: ['127.0.0.1:1', ...brokers], client: name }
      const other = await openKafkaLog(second)
      assert.equal((await other.offsets(topic))[0]?.lastStable, 2n)
      await other.close()
    })
  })
}

/** The codec that the first batch of a topic carries, as it came from the broker. */
async function codecOf(name: LogClientName, topic: string): Promise<number> {
  const client = await logClients[name].open({ brokers }, 'contract')
  try {
    const asked = { topic, partition: 0, offset: 0n, maxBytes: 1 << 20, maxWaitMs: 500 }
    const answer = await client.fetch(asked)
    return (answer?.recordSet.readInt16BE(21) ?? 0) & 7
  } finally {
    await client.close()
  }
}
