import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { pairsOf, scanPairs } from '../support/pair-log.ts'
import { cutDigest, predictionsIn } from '../support/prediction-rows.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
const worlds: World[] = []
after(async () => {
  for (const world of worlds) await world.close()
})

async function newWorld(options: Parameters<typeof scanWorld>[0] = {}): Promise<World> {
  const world = await scanWorld(options)
  worlds.push(world)
  return world
}

async function scan({ deps }: World, { records = 70, workers = 1 } = {}) {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const partitions = worker % 2 === 0 ? plan.partitions : plan.partitions.toReversed()
      for (const { partition, cut } of partitions) {
        const input = { model: 'm', reading: plan.reading, partition, to: cut }
        // Each in a process of its own, as far as waiting for each other goes.
        await advanceLedger({ ...deps }, input, { records })
      }
    }),
  )
  return plan
}

async function assertProved({ database }: World): Promise<void> {
  assert.deepEqual(await brokenInvariants(database.pool), [])
  for (const { faults } of await ledgerOf(database.pool, 'm', 0)) assert.deepEqual(faults, [])
}

const parsed = (value: string) => JSON.parse(value) as { id: string; time: string; score: number }

test('every prediction of a model with labels is a row that says where its record lies', async () => {
  const world = await newWorld({ segments: ['plan'] })
  const sent = day(0, 300)
  const odd = [
    { value: 'not json', partition: 0 },
    { value: JSON.stringify({ ...parsed(sent[0]!.value), id: 'x', model: 'other' }), partition: 1 },
  ]
  const long = 'i'.repeat(400)
  const unusual = ['with \u0000', 'größe', long].map((id) => ({
    partition: 0,
    value: JSON.stringify({ ...parsed(sent[0]!.value), id, score: null }),
  }))
  await world.send([...sent, ...odd, ...unusual])
  await scan(world)
  const found = new Map((await predictionsIn(world.database.pool)).map((row) => [row.id, row]))
  assert.equal(found.size, 303)
  for (const [i, { value, partition }] of sent.entries()) {
    const { id, time, score } = parsed(value)
    const { plan } = (JSON.parse(value) as { features: { plan: string } }).features
    const { at, ...row } = found.get(id)!
    assert.equal(at.toISOString(), time)
    assert.deepEqual(row, {
      ...{ id, version: '1', score, prediction: null, segments: [`plan=${plan}`] },
      ...{ partition, offset: Math.floor(i / 2), repair: 0, request: null },
      digest: cutDigest(value),
    })
  }
  const digested = (id: string) => `sha256:${createHash('sha256').update(id).digest('hex')}`
  const ids = [digested('with \u0000'), 'größe', digested(long)]
  assert.deepEqual(
    ids.map((id) => [found.get(id)?.score, found.get(id)?.digest]),
    unusual.map(({ value }) => [null, cutDigest(value)]),
  )
  await assertProved(world)
})

test('a class that a record names is in the row, known before or not', async () => {
  const world = await newWorld({ log: { paths: { prediction: 'class' } } })
  const classes = ['yes', 'no', 'größer', null]
  const sent = day(0, 40).map(({ value, partition }, i) => ({
    partition,
    value: JSON.stringify({ ...parsed(value), class: classes[i % 4] }),
  }))
  await world.send(sent)
  await scan(world)
  const found = await predictionsIn(world.database.pool)
  const wanted = sent.map(({ value }, i) => [parsed(value).id, classes[i % 4]])
  assert.deepEqual(
    Object.fromEntries(found.map(({ id, prediction }) => [id, prediction])),
    Object.fromEntries(wanted),
  )
})

test('what is counted is the same with rows and without', async () => {
  const world = await newWorld({ segments: ['plan'] })
  await world.send(day(0, 400))
  const without = await newWorld({ segments: ['plan'], topic: world.topic, labels: null })
  await scan(world)
  await scan(without)
  const parts = async ({ database }: World) =>
    (
      await database.pool.query(
        `select partition, from_offset, to_offset, version, segment, bucket, rows, profile, sample from parts
         order by partition, from_offset, segment, bucket`,
      )
    ).rows
  assert.deepEqual(await parts(world), await parts(without))
  assert.deepEqual(await predictionsIn(without.database.pool), [])
  await assertProved(without)
})

describe('a sample of the predictions', () => {
  const labels = { predictions: { keep: 'sample', rate: 0.3 } }
  const sent = day(0, 900)
  const isSampled = (id: string) =>
    createHash('sha256').update(id).digest().readUInt32BE() < 0.3 * 2 ** 32
  const wanted = sent
    .map(({ value }) => parsed(value).id)
    .filter(isSampled)
    .sort()

  test('is the same whatever the slices and however many workers read', async () => {
    const world = await newWorld({ labels })
    await world.send(sent)
    const other = await newWorld({ labels, topic: world.topic })
    await scan(world)
    await scan(other, { records: 33, workers: 3 })
    for (const each of [world, other]) {
      const ids = (await predictionsIn(each.database.pool)).map(({ id }) => id)
      assert.deepEqual(ids, wanted)
      await assertProved(each)
    }
    assert.ok(wanted.length > 200 && wanted.length < 340, `${wanted.length} of 900`)
  })

  test('is joined of requests and responses by the same rule, with the places of both', async () => {
    const world = await newWorld({ labels, log: { kind: 'pair' } })
    const halves = pairsOf(0, 400)
    const sentHalves = halves.map(({ value }, i) => ({ value, partition: i % 2 }))
    await world.send(sentHalves)
    await scanPairs(world.deps, 0, { records: 90 })
    const found = await predictionsIn(world.database.pool)
    const joined = new Map(halves.map(({ id }) => [id, new Map<string, [number, string]>()]))
    for (const [i, { id, half, value }] of halves.entries()) joined.get(id)!.set(half, [i, value])
    const ids = [...joined.keys()].filter(isSampled).sort()
    assert.deepEqual(
      found.map(({ id }) => id),
      ids,
    )
    for (const row of found) {
      const [answerAt, answer] = joined.get(row.id)!.get('response')!
      const [askedAt, asked] = joined.get(row.id)!.get('request')!
      assert.equal(row.at.toISOString(), parsed(asked).time)
      assert.equal(row.score, parsed(answer).score)
      assert.deepEqual(
        [row.partition, row.offset, row.digest],
        [-1, Math.floor(answerAt / 2), cutDigest(answer)],
      )
      const request = `${askedAt % 2}/${Math.floor(askedAt / 2)} ${cutDigest(asked)}`
      assert.equal(row.request, `${answerAt % 2} ${request}`)
    }
    await assertProved(world)
  })
})

/** What somebody did to the rows; what the script says. */
const sabotages: readonly [string, string, RegExp][] = [
  [
    'a row is gone',
    'delete from predictions where (partition, "offset") = (1, 5)',
    /not those of their slice/,
  ],
  [
    'a row is there twice',
    'insert into predictions select * from predictions where (partition, "offset") = (1, 5)',
    /not those of their slice/,
  ],
  [
    'a row was not kept',
    `with g as (delete from predictions where (partition, "offset") = (1, 5))
     update ledger_slices set predictions = predictions - 1 where partition = 1 and from_offset = 0`,
    /not every prediction was kept/,
  ],
  [
    'a row belongs to another slice',
    'update predictions set from_offset = 3 where (partition, "offset") = (1, 5)',
    /belongs to nothing/,
  ],
  [
    'all are there of what is called a sample',
    'update ledger_slices set prediction_rate = 0.5 where partition = 1',
    /outside of the sample/,
  ],
]

describe('both proofs fail when', () => {
  let world: World
  for (const [what, statement, said] of sabotages) {
    test(what, async () => {
      if (world === undefined) {
        world = await newWorld()
        await world.send(day(0, 300))
        await scan(world)
        await assertProved(world)
      }
      const client = await world.database.pool.connect()
      try {
        await client.query('begin')
        await client.query(statement)
        assert.match((await brokenInvariants(client)).join('\n'), said)
        const faults = (await ledgerOf(client, 'm', 0)).flatMap((reading) => reading.faults)
        assert.ok(faults.some(({ fault }) => fault === 'PREDICTIONS' || fault === 'STRAY'))
      } finally {
        await client.query('rollback')
        client.release()
      }
    })
  }
})
