import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceLabels } from '../../activities/advance-labels.ts'
import { planLabels } from '../../activities/plan-labels.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { listDeadLetters } from '../../adapters/postgres/dead-letters.ts'
import { dropLabelDay, pastLabelDays } from '../../adapters/postgres/label-days.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import type { LabelPlan } from '../../contracts/label-reading.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { closedAfter } from '../support/closed-after.ts'
import { labelledWorld, labelOf } from '../support/labelled-world.ts'

const time = '2001-01-02T00:00:00.000Z'
const at = '2001-01-02T01:00:00.000Z'
const world = closedAfter(() => labelledWorld({ partitions: 1 }))

const plan = async (deps: ScanDeps, moment = at): Promise<LabelPlan> => {
  const planned = await planLabels(deps, { model: 'm', at: moment, window: time })
  assert.ok(planned !== null)
  return planned
}

async function advance(deps: ScanDeps, { reading, partitions }: LabelPlan, records = 50_000) {
  for (const { partition, cut } of partitions) {
    await advanceLabels(deps, { model: 'm', reading, partition, to: cut }, { records })
  }
}

test('a plan is made once for a moment, and read exactly up to its cut', async () => {
  const { deps, sendLabels, database } = await world()
  await sendLabels([labelOf('a', time), labelOf('b', time, 0)])
  const first = await plan(deps)
  await sendLabels([labelOf('c', time)])
  assert.deepEqual(await plan(deps), first)
  await advance(deps, first, 1)
  const { rows } = await database.pool.query(
    'select id, value, class, at from labels order by "offset"',
  )
  assert.deepEqual(rows, [
    { id: 'a', value: 1, class: null, at: new Date(time) },
    { id: 'b', value: 0, class: null, at: new Date(time) },
  ])
  await advance(deps, await plan(deps, '2001-01-02T02:00:00Z'))
  const [ledger] = await ledgerOf(database.pool, 'm', 10)
  assert.deepEqual(ledger?.faults, [])
  assert.deepEqual(
    ledger?.slices.map(({ partition, from, to, good }) => [partition, from, to, good]),
    [
      [0, '0', '1', 1],
      [0, '1', '2', 1],
      [0, '2', '3', 1],
    ],
  )
})

test('classes, corrections and withdrawals are kept as they came', async () => {
  const { deps, sendLabels, database } = await world()
  await sendLabels([
    labelOf('a', time, 'fraud'),
    labelOf('a', at, 'fine'),
    { key: 'a', value: null },
  ])
  await advance(deps, await plan(deps))
  const { rows } = await database.pool.query('select value, class from labels order by "offset"')
  assert.deepEqual(rows, [
    { value: null, class: 'fraud' },
    { value: null, class: 'fine' },
    { value: null, class: null },
  ])
})

test('labels that cannot be read are dead letters and stop nothing', async () => {
  const { deps, sendLabels, labelTopic, database } = await world()
  await sendLabels([
    { value: 'no json' },
    { value: JSON.stringify({ id: 'a' }) },
    labelOf('a', time, null),
    labelOf('a\0', time),
  ])
  const planned = await plan(deps)
  await advance(deps, planned)
  const letters = await listDeadLetters(database.pool, [
    { reading: planned.reading, topic: labelTopic },
  ])
  assert.deepEqual(
    letters.map(({ offset, code, field }) => [offset, code, field]),
    [
      ['2', 'RECORD_MALFORMED', 'label'],
      ['1', 'RECORD_MALFORMED', 'time'],
      ['0', 'RECORD_MALFORMED', null],
    ],
  )
  // An id that no table can hold is held by its digest, as of a prediction.
  const { rows } = await database.pool.query('select id from labels')
  assert.match(rows[0].id, /^sha256:[0-9a-f]{64}$/)
})

test('labels that retention removed are noted as lost, and the rest is read', async () => {
  const { deps, sendLabels, labelTopic, broker, database } = await world()
  await sendLabels([labelOf('a', time)])
  await advance(deps, await plan(deps))
  await sendLabels(['b', 'c', 'd'].map((id) => labelOf(id, time)))
  const admin = kafkaClient([broker]).admin()
  await admin.connect()
  await admin.fetchTopicOffsets(labelTopic)
  await admin.deleteTopicRecords({
    topic: labelTopic,
    partitions: [{ partition: 0, offset: '3' }],
  })
  await admin.disconnect()
  await advance(deps, await plan(deps, '2001-01-02T02:00:00Z'))
  const [ledger] = await ledgerOf(database.pool, 'm', 10)
  assert.deepEqual(ledger?.faults, [])
  assert.deepEqual(
    ledger?.slices.map(({ from, to, good, lost }) => [from, to, good, lost]),
    [
      ['0', '1', 1, 0],
      ['1', '3', 0, 2],
      ['3', '4', 1, 0],
    ],
  )
})

test('of a sample of predictions only their labels are kept', async () => {
  const sampled = await labelledWorld({
    partitions: 1,
    labels: { predictions: { keep: 'sample', rate: 0.25 } },
  })
  try {
    const { deps, sendLabels, database } = sampled
    await sendLabels(Array.from({ length: 2_000 }, (_, i) => labelOf(`p${i}`, time)))
    await advance(deps, await plan(deps))
    const { rows } = await database.pool.query(
      `select good, labels, label_rate as rate, (select count(*) from labels) as kept from ledger_slices`,
    )
    const [{ good, labels, rate, kept }] = rows
    assert.equal(Number(good), 2_000)
    assert.equal(rate, 0.25)
    assert.equal(labels, kept)
    // The hash decides: of 2,000 ids it always takes the same ones.
    assert.ok(Number(kept) > 400 && Number(kept) < 600, kept)
  } finally {
    await sampled.close()
  }
})

test('a label topic that was deleted and made anew is not read as the same one', async () => {
  const { deps, sendLabels, labelTopic, broker } = await world()
  await sendLabels([labelOf('a', time)])
  await advance(deps, await plan(deps))
  const admin = kafkaClient([broker]).admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [labelTopic] })
  await admin.disconnect()
  await ensureTopic([broker], labelTopic, 2)
  await assert.rejects(plan(deps, '2001-01-02T02:00:00Z'), { code: 'KAFKA_LOG_RECREATED' })
})

test('labels that retention lets go of stay counted at their slices', async () => {
  const { deps, sendLabels, database } = await world()
  await sendLabels([labelOf('a', time), labelOf('b', time)])
  await advance(deps, await plan(deps))
  const today = new Date()
  assert.deepEqual(await pastLabelDays(database.pool, today), [])
  const [day] = await pastLabelDays(database.pool, new Date(today.getTime() + 86_400_000))
  assert.ok(day !== undefined)
  assert.deepEqual(
    await Promise.all([dropLabelDay(database.pool, day), dropLabelDay(database.pool, day)]).then(
      (dropped) => dropped.toSorted(),
    ),
    [0, 2],
  )
  const [ledger] = await ledgerOf(database.pool, 'm', 10)
  assert.deepEqual(ledger?.faults, [])
  assert.deepEqual(await brokenInvariants(database.pool), [])
  await sendLabels([labelOf('c', time)])
  await advance(deps, await plan(deps, '2001-01-02T02:00:00Z'))
  assert.deepEqual(await brokenInvariants(database.pool), [])
})
