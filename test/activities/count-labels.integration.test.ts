import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { countLabels } from '../../activities/count-labels.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { listDeadLetters } from '../../adapters/postgres/dead-letters.ts'
import { scanWorld } from '../support/scan-world.ts'

const worlds: Awaited<ReturnType<typeof scanWorld>>[] = []
after(() => Promise.all(worlds.map((world) => world.close())))

async function labelledWorld() {
  const world = await scanWorld({ partitions: 1 })
  worlds.push(world)
  const topic = `${world.topic}-labels`
  await ensureTopic([world.broker], topic, 2)
  const labels = { topic, paths: { id: 'id', time: 'time', label: 'label' } }
  const deps: ScanDeps = {
    ...world.deps,
    settings: async () => ({
      id: 1,
      settings: { models: { m: { ...world.model, labels } } } as never,
    }),
  }
  const producer = kafkaClient([world.broker]).producer()
  const send = async (values: (string | object)[], partition = 0) => {
    await producer.connect()
    await producer.send({
      topic,
      messages: values.map((value) => ({
        partition,
        value: typeof value === 'string' ? value : JSON.stringify(value),
      })),
    })
    await producer.disconnect()
  }
  return { ...world, topic, deps, send }
}

const label = (id: string, time: string) => ({ id, time, label: 1 })
const from = '2001-01-02T00:00:00.000Z'
const count = (deps: ScanDeps) => countLabels(deps, { model: 'm', from })

test('labels count once per prediction, by their event time, over all partitions', async () => {
  const { deps, send } = await labelledWorld()
  assert.deepEqual(await count(deps), { labels: 0, upTo: null })
  await send([label('a', '2001-01-01T23:59:59Z'), label('b', from), label('b', from)])
  await send([label('b', '2001-01-05T00:00:00Z'), label('c', '2001-01-04T00:00:00Z')], 1)
  assert.deepEqual(await count(deps), { labels: 2, upTo: '2001-01-04T00:00:00.000Z' })
})

test('what was read is not read again, also by several askers at once', async () => {
  const { deps, send, database } = await labelledWorld()
  await send(Array.from({ length: 500 }, (_, i) => label(`p${i}`, from)))
  const asked = await Promise.all([count(deps), count(deps), count(deps)])
  assert.deepEqual(asked.at(-1), { labels: 500, upTo: from })
  await send([label('p1', from), label('new', from)])
  let read = 0
  const log = {
    ...deps.log,
    async *read(input: Parameters<ScanDeps['log']['read']>[0]) {
      for await (const batch of deps.log.read(input)) {
        read += batch.records.length
        yield batch
      }
    },
  }
  assert.equal((await count({ ...deps, log })).labels, 501)
  assert.equal(read, 2)
  const { rows } = await database.pool.query('select sum(next_offset) as passed from label_counts')
  assert.equal(Number(rows[0].passed), 502)
})

test('labels that cannot be read are dead letters and stop nothing', async () => {
  const { deps, send, topic, database } = await labelledWorld()
  await send(['no json', { id: 'a' }, label('a\0', from), label('a', from)])
  assert.equal((await count(deps)).labels, 1)
  const letters = await listDeadLetters(database.pool, [{ reading: '', topic }])
  assert.deepEqual(
    letters.map(({ offset, code, field }) => [offset, code, field]),
    [
      ['2', 'RECORD_MALFORMED', 'id'],
      ['1', 'RECORD_MALFORMED', 'time'],
      ['0', 'RECORD_MALFORMED', null],
    ],
  )
})

test('labels that retention removed are passed, and the rest is counted', async () => {
  const { deps, send, topic, broker } = await labelledWorld()
  await send([label('a', from)])
  assert.equal((await count(deps)).labels, 1)
  await send(['b', 'c', 'd'].map((id) => label(id, from)))
  const admin = kafkaClient([broker]).admin()
  await admin.connect()
  await admin.fetchTopicOffsets(topic)
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] })
  await admin.disconnect()
  assert.equal((await count(deps)).labels, 2)
})

test('a model without a label topic has no labels', async () => {
  const { deps } = await scanWorldWithoutLabels()
  assert.deepEqual(await count(deps), { labels: 0, upTo: null })
})

async function scanWorldWithoutLabels() {
  const world = await scanWorld({ partitions: 1, labels: null })
  worlds.push(world)
  return world
}
