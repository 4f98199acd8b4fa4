import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { parse } from 'yaml'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { runCli } from '../cli/run-cli.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'
import { servers } from '../support/servers.ts'

let world: GatewayWorld
const topic = `infer-${randomBytes(5).toString('hex')}`

before(async () => {
  world = await gatewayWorld({ workerless: true })
  const brokers = [servers().kafka]
  await ensureTopic(brokers, topic, 3)
  const producer = kafkaClient(brokers).producer()
  await producer.connect()
  const features = (i: number) => ({ amount: i, plan: ['a', 'b'][i % 2], words: [1, 2, 3] })
  const messages = Array.from({ length: 300 }, (_, i) => ({
    partition: i % 2,
    value: JSON.stringify({ id: `p${i}`, time: Date.now(), features: features(i), score: 0.5 }),
  }))
  await producer.send({ topic, messages: [...messages, { partition: 1, value: 'not json' }] })
  await producer.disconnect()
})
after(() => world?.close())

const infer = async (person: string, ...words: string[]) => {
  const environment = { DRIFTGATE_TOKEN: await world.identity.tokenOf(person) }
  return runCli(['infer-schema', '--gateway', world.url, ...words], { environment })
}

test('the newest records of a topic become the features of a configuration', async () => {
  const { out, err, status } = await infer('operator', '--topic', topic)
  assert.equal(status, 0, err)
  assert.deepEqual(parse(out).features, {
    amount: { type: 'numeric' },
    plan: { type: 'categorical' },
    words: { type: 'embedding', width: 3 },
  })
  assert.match(out, /^# Guessed from 300 records/)
  assert.match(out, /^# 1 more were no JSON object\.$/m)
  assert.match(out, /amount.*# 0 to 299/)
})

test('only as many of them as asked for, the newest of each partition', async () => {
  const { out } = await infer('operator', '--topic', topic, '--records', '20', '--output', 'json')
  const found = JSON.parse(out)
  assert.equal(found.records + found.unreadable, 20)
  assert.match(found.features[0].note, /^28\d to 299/)
})

test('what records hold is for operators, and a topic must be there', async () => {
  assert.match((await infer('viewer', '--topic', topic)).err, /NOT_AUTHORISED/)
  assert.match((await infer('operator', '--topic', `${topic}-not`)).err, /KAFKA_TOPIC_UNKNOWN/)
})
