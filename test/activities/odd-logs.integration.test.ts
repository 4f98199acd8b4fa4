import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { repairLedger } from '../../activities/repair-ledger.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import type { ScanPlan } from '../../contracts/scan.ts'
import { reportTable } from '../../reports/report-table.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { until } from '../support/gate-world.ts'
import { makeAnew, withAdmin } from '../support/kafka-admin.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
const worlds: World[] = []
after(() => Promise.all(worlds.map((world) => world.close())))

async function newWorld(options: Parameters<typeof scanWorld>[0] = {}) {
  const world = await scanWorld(options)
  worlds.push(world)
  return world
}

const planFor = (deps: ScanDeps, index: number) =>
  planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })

async function read(deps: ScanDeps, plan: ScanPlan, records?: number) {
  for (const { partition, cut } of plan.partitions) {
    const input = { model: 'm', reading: plan.reading, partition, to: cut }
    await advanceLedger(deps, input, records === undefined ? {} : { records })
  }
  return judgeWindow(deps, plan)
}

const scan = async (deps: ScanDeps, index: number) => read(deps, await planFor(deps, index))

const partitionsOf = async ({ database }: World) => {
  const [reading] = await ledgerOf(database.pool, 'm', 0)
  assert.deepEqual(reading?.faults, [])
  assert.deepEqual(await brokenInvariants(database.pool), [])
  return reading?.partitions ?? []
}

describe('a topic that was deleted and made anew', () => {
  test('is an error of its own while it is shorter than what was read', async () => {
    const world = await newWorld()
    await world.send(day(0, 600))
    await scan(world.deps, 0)
    await makeAnew(world.broker, world.topic)
    await assert.rejects(scan(world.deps, 1), { code: 'KAFKA_LOG_RECREATED' })
  })

  test('and when it has outgrown its old head, of which nothing else tells', async () => {
    const world = await newWorld()
    await world.send(day(0, 300))
    await scan(world.deps, 0)
    await makeAnew(world.broker, world.topic)
    await world.send(day(1, 900))
    await assert.rejects(scan(world.deps, 1), { code: 'KAFKA_LOG_RECREATED' })
    const sums = await partitionsOf(world)
    assert.deepEqual(
      sums.map(({ head, good }) => [head, good]),
      [
        ['150', 150],
        ['150', 150],
      ],
      'nothing of the new log was counted',
    )
  })

  test('also between the plan and the reading', async () => {
    const world = await newWorld()
    await world.send([...day(0, 300), { value: 'not json', partition: 0 }])
    const plan = await planFor(world.deps, 0)
    await makeAnew(world.broker, world.topic)
    await assert.rejects(read(world.deps, plan), { code: 'KAFKA_LOG_RECREATED' })
    await world.send(day(0, 400))
    await assert.rejects(read(world.deps, plan), { code: 'KAFKA_LOG_RECREATED' })
    assert.deepEqual(
      (await partitionsOf(world)).map(({ slices }) => slices),
      [0, 0],
    )
  })

  test('and when dead letters are read again', async () => {
    const world = await newWorld()
    await world.send([{ value: 'not json', partition: 0 }, ...day(0, 300)])
    const plan = await planFor(world.deps, 0)
    await read(world.deps, plan)
    await makeAnew(world.broker, world.topic)
    await world.send(day(0, 300))
    const input = { model: 'm', reading: plan.reading }
    await assert.rejects(repairLedger(world.deps, input), { code: 'KAFKA_LOG_RECREATED' })
    assert.equal((await partitionsOf(world))[0]?.bad, 1)
  })

  test('a new generation reads it from its beginning, beside what was read before', async () => {
    const world = await newWorld()
    await world.send(day(0, 600))
    await scan(world.deps, 0)
    await makeAnew(world.broker, world.topic)
    await world.send(day(1, 800))
    const model = { ...world.model, log: { ...world.model.log, generation: 2 } }
    const settings = async () => ({ id: 1, settings: { models: { m: model } } as never })
    const report = await scan({ ...world.deps, settings }, 1)
    assert.deepEqual([report.rows.good, report.verdict], [800, 'NO_DRIFT'])
    const readings = await ledgerOf(world.database.pool, 'm', 0)
    assert.deepEqual(
      readings.map(({ partitions }) => partitions.reduce((sum, { good }) => sum + good, 0)),
      [800, 600],
    )
  })

  test('on a broker without ids, it is still told where it is shorter', async () => {
    const world = await newWorld()
    const deps = { ...world.deps, log: { ...world.deps.log, topicId: async () => null } }
    await world.send(day(0, 600))
    await scan(deps, 0)
    await makeAnew(world.broker, world.topic)
    await assert.rejects(scan(deps, 1), { code: 'KAFKA_LOG_SHRANK' })
  })
})

test('a partition that is added between plan and reading is read from its first record on', async () => {
  const world = await newWorld()
  await world.send(day(0, 600))
  const plan = await planFor(world.deps, 0)
  await withAdmin(world.broker, (admin) =>
    admin.createPartitions({ topicPartitions: [{ topic: world.topic, count: 3 }] }),
  )
  const producer = kafkaClient([world.broker]).producer()
  await producer.connect()
  const added = [...day(0, 50, { seed: 3 }), ...day(1, 600)].map((record) => ({
    ...record,
    partition: 2,
  }))
  await producer.send({ topic: world.topic, messages: added })
  await producer.disconnect()
  const first = await read(world.deps, plan)
  assert.deepEqual([first.rows.good, first.verdict], [600, 'NO_DRIFT'])
  const second = await scan(world.deps, 1)
  assert.deepEqual([second.rows.good, second.rows.late], [600, 50])
  const [, , third] = await partitionsOf(world)
  assert.deepEqual([third?.began, third?.head, third?.good], ['0', '650', 650])
})

test('what retention took of an added partition before it was first read is lost, not passed over', async () => {
  const world = await newWorld()
  await world.send(day(0, 600))
  await scan(world.deps, 0)
  await withAdmin(world.broker, async (admin) => {
    await admin.createPartitions({ topicPartitions: [{ topic: world.topic, count: 3 }] })
    const producer = kafkaClient([world.broker]).producer()
    await producer.connect()
    const added = day(1, 600).map((record) => ({ ...record, partition: 2 }))
    await producer.send({ topic: world.topic, messages: added })
    await producer.disconnect()
    await admin.fetchTopicOffsets(world.topic)
    const partitions = [{ partition: 2, offset: '100' }]
    await admin.deleteTopicRecords({ topic: world.topic, partitions })
  })
  const report = await scan(world.deps, 1)
  assert.deepEqual([report.verdict, report.rows.lost], ['INCOMPLETE_WINDOW', 100])
  assert.equal((await partitionsOf(world))[2]?.lost, 100)
})

test('holes and batches that compaction emptied are passed and counted as unread', {
  timeout: 120_000,
}, async () => {
  const world = await newWorld({
    partitions: 1,
    topicSettings: {
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.001',
      'min.compaction.lag.ms': '0',
      'delete.retention.ms': '0',
    },
  })
  const records = day(0, 600).map((record, index) => ({ ...record, partition: 0, key: `${index}` }))
  // The broker keeps an idempotent producer's last batch, without its records, when all are superseded.
  for (const part of [records.slice(0, 200), records.slice(0, 200), records]) {
    const producer = kafkaClient([world.broker]).producer({
      idempotent: true,
      maxInFlightRequests: 1,
    })
    await producer.connect()
    for (let from = 0; from < part.length; from += 100) {
      await producer.send({ topic: world.topic, messages: part.slice(from, from + 100) })
    }
    await producer.disconnect()
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  await world.send([{ value: 'not json', partition: 0, key: 'bad' }])
  const recordsLeft = async () => {
    let left = 0
    const stretch = { topic: world.topic, partition: 0, from: 0n, to: 1_001n }
    for await (const batch of world.deps.log.read(stretch)) left += batch.records.length
    return left
  }
  await until(async () => (await recordsLeft()) === 601, 90_000)
  // One batch an answer: an emptied one is an answer without any record.
  const log = world.deps.log
  const narrow: ScanDeps = {
    ...world.deps,
    log: { ...log, read: (input) => log.read({ ...input, maxBytes: 1 }) },
  }
  const report = await read(narrow, await planFor(narrow, 0), 150)
  assert.deepEqual([report.rows.good, report.rows.bad], [600, 1])
  const [partition] = await partitionsOf(world)
  assert.deepEqual([partition?.head, partition?.unread, partition?.lost], ['1001', 400, 0])
})

describe('a log that is odd without being wrong', () => {
  test('tells one silent partition from a silent log', async () => {
    const world = await newWorld({ partitions: 3 })
    await world.send([
      ...day(0, 400),
      ...day(0, 200, { seed: 4 }).map((one) => ({ ...one, partition: 2 })),
    ])
    assert.equal((await scan(world.deps, 0)).rows.silent, undefined, 'there is nothing before it')
    await world.send(day(1, 600))
    const one = await scan(world.deps, 1)
    assert.deepEqual([one.verdict, one.rows.silent], ['NO_DRIFT', [2]])
    assert.match(reportTable(one), /600 rows; partition 2 was silent; reference/)
    const all = await scan(world.deps, 2)
    assert.deepEqual([all.verdict, all.rows.silent], ['INSUFFICIENT_DATA', [0, 1, 2]])
    assert.match(reportTable(all), /0 rows; the whole log was silent; reference/)
  })

  test('counts what has the time of tomorrow, and what was sent more than once', async () => {
    const world = await newWorld()
    const records = day(0, 600)
    const tomorrow = (minutes: number) => ({
      partition: 1,
      value: records[1]!.value
        .replace(
          /"time":"[^"]*"/,
          `"time":"${new Date(Date.now() + minutes * 60_000).toISOString()}"`,
        )
        .replace('d0-1', `ahead-${minutes}`),
    })
    await world.send([
      ...records,
      ...records.slice(10, 17),
      // A clock that is a little fast is no news; two days ahead is no event time at all.
      ...[0, 30, 60].map(tomorrow),
      tomorrow(2 * 24 * 60),
    ])
    const report = await scan(world.deps, 0)
    const { good, bad, repeated, ahead } = report.rows
    assert.deepEqual({ good, bad, repeated, ahead }, { good: 607, bad: 1, repeated: 7, ahead: 2 })
    const partitions = await partitionsOf(world)
    assert.deepEqual(
      partitions.map((one) => [one.repeated, one.ahead]),
      [
        [4, 0],
        [3, 2],
      ],
    )
    assert.match(reportTable(report), /1 bad, 7 sent more than once, 2 ahead of the broker's clock/)
  })
})
