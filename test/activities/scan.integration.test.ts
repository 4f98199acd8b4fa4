import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

const worlds: Awaited<ReturnType<typeof scanWorld>>[] = []
after(async () => {
  for (const world of worlds) await world.close()
})

async function newWorld() {
  const world = await scanWorld()
  worlds.push(world)
  return world
}

async function scan(deps: ScanDeps, index: number, records?: number) {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  const advanced = await Promise.all(
    plan.partitions.map(({ partition, cut }) =>
      advanceLedger(
        deps,
        { model: 'm', reading: plan.reading, partition, to: cut },
        records === undefined ? {} : { records },
      ),
    ),
  )
  return { plan, advanced, report: await judgeWindow(deps, plan) }
}

test('quiet days stay quiet, a shift is drift, and the ledger accounts for every offset', async () => {
  const { deps, send, database } = await newWorld()
  await send(day(0, 1_500))
  const quiet = await scan(deps, 0)
  assert.equal(quiet.report.verdict, 'NO_DRIFT')
  assert.equal(quiet.report.rows.good, 1_500)
  await send(day(1, 1_500, { shift: 1 }))
  const shifted = await scan(deps, 1)
  assert.equal(shifted.report.verdict, 'DRIFT')
  assert.equal(shifted.report.features[0]?.feature, 'amount')
  assert.equal(quiet.report.slices, undefined)
  const [slice] = shifted.report.slices?.found ?? []
  assert.match(slice?.sentence ?? '', /^[\d.]+ % -> [\d.]+ % of rows have .*amount/)
  const { rows } = await database.pool.query(
    `select s.partition, min(from_offset) as first, max(to_offset) as last,
       sum(to_offset - from_offset) as passed, h.head
     from ledger_slices s join ledger_heads h using (reading, partition) group by s.partition, h.head`,
  )
  for (const { first, last, passed, head } of rows) {
    assert.equal(Number(first), 0)
    assert.equal(last, head)
    assert.equal(Number(passed), Number(head))
  }
})

test('bad and foreign records are counted, kept as dead letters, and change no verdict', async () => {
  const { deps, send, database } = await newWorld()
  const good = day(0, 1_000)
  await send([
    ...good.slice(0, 500),
    { value: 'not json', partition: 0 },
    { value: Buffer.from([0xff, 0xfe, 0x00]), partition: 0 },
    { value: null, partition: 1 },
    { value: '[1,2]', partition: 1 },
    {
      value: JSON.stringify({ id: 'x', model: 'm', time: 'yesterday', features: {} }),
      partition: 0,
    },
    {
      value: JSON.stringify({ id: 'x', model: 'm', time: '2999-01-01T00:00:00Z', features: {} }),
      partition: 0,
    },
    {
      value: JSON.stringify({
        id: 'x',
        model: 'm',
        time: '2001-01-01T05:00:00Z',
        features: { amount: 'much' },
      }),
      partition: 0,
    },
    {
      value: JSON.stringify({ id: 'y', model: 'other', time: '2001-01-01T05:00:00Z' }),
      partition: 1,
    },
    ...good.slice(500),
  ])
  const { report, advanced } = await scan(deps, 0, 100)
  assert.equal(report.verdict, 'NO_DRIFT')
  assert.deepEqual(
    { good: report.rows.good, bad: report.rows.bad, foreign: report.rows.foreign },
    { good: 1_000, bad: 7, foreign: 1 },
  )
  assert.ok(advanced.every(({ slices }) => slices >= 1))
  const { rows } = await database.pool.query('select reason, bytes from dead_letters')
  assert.equal(rows.length, 7)
  assert.ok(
    rows.every(({ bytes }) => bytes === null),
    'bytes are kept only when the configuration allows',
  )
})

test('a scan asked for twice gives the same bytes, also when more has arrived since', async () => {
  const { deps, send } = await newWorld()
  await send(day(0, 800))
  const first = await scan(deps, 0)
  await send(day(0, 300, { seed: 9, shift: 3 }))
  const second = await scan(deps, 0)
  assert.equal(canonicalJson(second.report), canonicalJson(first.report))
  assert.deepEqual(second.plan, first.plan)
})

test('small slices and large ones, and two advancers at once, give the same profile', async () => {
  const { deps, send, database } = await newWorld()
  await send(day(0, 2_000))
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  const both = await Promise.all(
    [37, 53].map((records) =>
      Promise.all(
        plan.partitions.map(({ partition, cut }) =>
          advanceLedger(
            deps,
            { model: 'm', reading: plan.reading, partition, to: cut },
            { records },
          ),
        ),
      ),
    ),
  )
  const good = both.flat().reduce((sum, advanced) => sum + advanced.good, 0)
  assert.equal(good, 2_000, 'every record is committed once')
  const report = await judgeWindow(deps, plan)
  const whole = await newWorld()
  await whole.send(day(0, 2_000))
  const other = await scan(whole.deps, 0)
  assert.equal(report.evidence.profile, other.report.evidence.profile)
  const { rows } = await database.pool.query(
    `select count(*) as gaps from ledger_slices s where from_offset > 0 and not exists (
       select from ledger_slices p where p.reading = s.reading and p.partition = s.partition
         and p.to_offset = s.from_offset)`,
  )
  assert.equal(Number(rows[0].gaps), 0)
})

test('records of an aborted transaction are passed and never counted', async () => {
  const world = await newWorld()
  const producer = kafkaClient([world.broker]).producer({
    transactionalId: `tx-${world.topic}`,
    maxInFlightRequests: 1,
    idempotent: true,
  })
  await producer.connect()
  const aborted = await producer.transaction()
  await aborted.send({ topic: world.topic, messages: day(0, 400, { seed: 5, shift: 5 }) })
  await aborted.abort()
  const committed = await producer.transaction()
  await committed.send({ topic: world.topic, messages: day(0, 600) })
  await committed.commit()
  await producer.disconnect()
  const { report } = await scan(world.deps, 0)
  assert.equal(report.rows.good, 600)
  assert.equal(report.verdict, 'NO_DRIFT')
  const { rows } = await world.database.pool.query(
    'select sum(unread) as unread from ledger_slices',
  )
  assert.ok(Number(rows[0].unread) >= 402, 'aborted and control records take offsets')
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
})

test('what retention removed makes the window incomplete, never quiet', async () => {
  const world = await newWorld()
  await world.send(day(0, 600))
  assert.equal((await scan(world.deps, 0)).report.verdict, 'NO_DRIFT')
  await world.send(day(1, 600))
  const admin = kafkaClient([world.broker]).admin()
  await admin.connect()
  // Loads the metadata that the deletion needs.
  await admin.fetchTopicOffsets(world.topic)
  await admin.deleteTopicRecords({
    topic: world.topic,
    partitions: [{ partition: 0, offset: '400' }],
  })
  await admin.disconnect()
  const { report } = await scan(world.deps, 1)
  assert.equal(report.verdict, 'INCOMPLETE_WINDOW')
  assert.equal(report.rows.lost, 100)
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
})

test('no rows are no verdict, and after a while the model is stale', async () => {
  const { deps, send } = await newWorld()
  await send(day(0, 600))
  await scan(deps, 0)
  assert.equal((await scan(deps, 1)).report.verdict, 'INSUFFICIENT_DATA')
  assert.equal((await scan(deps, 2)).report.verdict, 'STALE')
})
