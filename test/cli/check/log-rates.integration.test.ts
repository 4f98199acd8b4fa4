import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { ensureTopic } from '../../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../../adapters/kafka/cluster.ts'
import { recordsOfDay } from '../../../cli/check/log-rates.ts'
import { storageOf, storageTable } from '../../../cli/check/storage.ts'
import { settingsSchema } from '../../../contracts/config.ts'
import { freePort } from '../../../deploy/local/free-port.ts'
import { storagePerMonth } from '../../../policies/storage-size.ts'
import { servers } from '../../support/servers.ts'

const hourMs = 3_600_000
const name = (what: string) => `rates-${what}-${randomBytes(4).toString('hex')}`

const modelOn = (topic: string, more: object = {}) => ({
  log: { topic },
  features: { amount: { type: 'numeric' } },
  labels: { topic: `${topic}-labels` },
  window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z', lateness: '1h' },
  retraining: { policy: 'never' },
  serving: { url: 'http://127.0.0.1:1' },
  ...more,
})

function settingsOn(broker: string, models: Record<string, object>) {
  const {
    models: parsed,
    kafka,
    storage,
  } = settingsSchema
    .pick({ models: true, kafka: true, storage: true })
    .parse({ kafka: { brokers: [broker] }, models })
  return { models: parsed, kafka, storage } as Parameters<typeof storageOf>[0]
}

/** Two days ago 40 records, half a day ago 25, over three partitions of which one is empty. */
async function filled(): Promise<string> {
  const { kafka } = servers()
  const topic = name('filled')
  await ensureTopic([kafka], topic, 3)
  const producer = kafkaClient([kafka]).producer()
  await producer.connect()
  const at = (ago: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      ...{ value: 'x', partition: i % 2, timestamp: String(Date.now() - ago * hourMs) },
    }))
  await producer.send({ topic, messages: at(48, 40) })
  await producer.send({ topic, messages: at(12, 25) })
  await producer.disconnect()
  return topic
}

test('the records of the last day are counted, of every topic that can be asked; what cannot is told', async () => {
  const { kafka } = servers()
  const [topic, empty, missing, pairs] = [
    await filled(),
    name('empty'),
    name('missing'),
    await filled(),
  ]
  await ensureTopic([kafka], empty, 1)
  const settings = settingsOn(kafka, {
    known: modelOn(topic),
    quiet: modelOn(empty),
    lost: modelOn(missing),
    apart: modelOn(pairs, { labels: undefined, log: { topic: pairs, kind: 'pair' } }),
    plain: modelOn(name('never-asked'), { labels: undefined }),
  })
  const counted = await recordsOfDay({ settings })
  assert.deepEqual(
    counted.rates,
    new Map([
      [topic, 25],
      [pairs, 25],
    ]),
  )
  assert.deepEqual([...counted.untold.keys()], [missing])
  assert.equal(counted.untold.get(missing)?.code, 'KAFKA_TOPIC_UNKNOWN')

  const storage = storageOf(settings, counted)
  const of = (model: string) => storage.models.find((one) => one.model === model)
  assert.equal(of('known')?.predictionRows, 25 * 30)
  assert.equal(of('lost')?.untold?.code, 'KAFKA_TOPIC_UNKNOWN')
  assert.deepEqual([of('quiet')?.untold, of('plain')?.untold], [null, null])
  assert.match(
    storageTable(storage).join('\n'),
    /rows of lost are a guess: error\[KAFKA_TOPIC_UNKNOWN\]/,
  )
  const { halves } = storagePerMonth(settings.models['apart'] as never, 25)
  assert.ok(halves > 0 && of('apart')?.halves === halves)
})

test('a broker that does not answer is told for every topic, and not taken for silence', async () => {
  const broker = `127.0.0.1:${await freePort()}`
  const { rates, untold } = await recordsOfDay({
    settings: settingsOn(broker, { m: modelOn('t') }),
  })
  assert.equal(rates.size, 0)
  assert.equal(untold.get('t')?.code, 'KAFKA_UNREACHABLE')
})
