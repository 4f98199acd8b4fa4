import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { insertHalves } from '../../../adapters/postgres/halves.ts'
import { ensureLabelDays, insertLabels, LabelRows } from '../../../adapters/postgres/label-rows.ts'
import { putMerged } from '../../../adapters/postgres/merged-parts.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { ensurePartitions } from '../../../adapters/postgres/partitions.ts'
import { transaction } from '../../../adapters/postgres/pool.ts'
import { ensurePredictionDays } from '../../../adapters/postgres/prediction-days.ts'
import { PredictionRows } from '../../../adapters/postgres/prediction-rows.ts'
import { insertPredictions } from '../../../adapters/postgres/predictions.ts'
import { keepIds } from '../../../adapters/postgres/waiting-rows.ts'
import { modelSettings } from '../../../contracts/config.ts'
import { storagePerMonth } from '../../../policies/storage-size.ts'
import {
  addRow,
  addToSample,
  buildBinning,
  createProfile,
  createSample,
  encodeProfile,
  encodeSample,
} from '../../../profiles/index.ts'
import { createDatabase } from '../../support/database.ts'
import { mulberry32, normal } from '../../support/mulberry32.ts'

const database = await createDatabase()
after(() => database.drop())

test('the bytes that a configuration is said to add are those of real rows, within a third above and a tenth below', async () => {
  const { pool } = database
  await migrate(pool)
  const next = mulberry32(7)
  const features = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [
      `x${i}`,
      { type: i % 5 === 4 ? 'categorical' : 'numeric' },
    ]),
  )
  const groups = { few: ['c1'], many: ['c2'] }
  const model = modelSettings.parse({
    log: { topic: 't' },
    features,
    segments: [{ feature: 'x4', groups }],
    window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
    serving: { url: 'http://127.0.0.1:1' },
  })
  const row = () => [
    ...Array.from({ length: 20 }, (_, i) =>
      i % 5 === 4 ? `category-${Math.floor(next() * 50)}` : normal(next, 100, 20),
    ),
    next(),
  ]
  const binning = buildBinning('m', 'b', model.features, Array.from({ length: 14_000 }, row))
  await ensurePartitions(pool, 'merged_parts', [new Date('2001-06-01')])
  const buckets = 48
  for (let bucket = 0; bucket < buckets; bucket++) {
    const rows = Array.from({ length: 2_000 }, row)
    for (const segment of ['', 'x4=few', 'x4=many', 'x4=(other)']) {
      const profile = createProfile(binning)
      const sample = createSample()
      for (const [i, values] of rows.entries()) {
        addRow(profile, values)
        if (segment === '') addToSample(sample, { id: `prediction-${bucket}-${i}`, values })
      }
      const bucketMs = Date.parse('2001-01-01') + bucket * 3_600_000
      const place = {
        ...{ number: null, bucketMs, untilMs: bucketMs + 3_600_000, version: '1', segment },
        reach: Array.from({ length: 6 }, (_, partition) => ({
          ...{ partition, from: 0n, to: 1_000_000n, rows: 300 },
        })),
        ...{ repair: 0, bytes: 0, sampled: true, readAtMs: bucketMs, lifted: false },
      }
      const bytes = {
        profile: encodeProfile(profile),
        sample: segment === '' ? encodeSample(sample) : null,
      }
      await putMerged(pool, 'reading', place, bytes, null)
    }
  }
  const { rows: found } = await pool.query<{ bytes: string }>(
    "select sum(pg_total_relation_size(relid)) as bytes from pg_partition_tree('merged_parts')",
  )
  const { counts, samples } = storagePerMonth(model)
  const said = ((counts + samples) * buckets) / 720
  const ratio = said / Number(found[0]?.bytes)
  assert.ok(ratio > 0.9 && ratio < 4 / 3, `said ${said}, found ${found[0]?.bytes}: ${ratio}`)
})

test('and so are those of rows of predictions', async () => {
  const { pool } = database
  const rows = 60_000
  const from = { reading: 1, partition: 0, from: 0n }
  const kept = new PredictionRows(from, { prediction: false, segments: false, joined: false })
  const next = mulberry32(9)
  for (let i = 0; i < rows; i++) {
    kept.row(Date.parse('2001-01-01') + i, i, '12', next())
    kept.id(`prediction-${String(Math.floor(next() * 1e11)).padStart(11, '0')}`)
    kept.digest('0123456789abcdef')
  }
  const settled = kept.settle(1)
  await ensurePredictionDays(pool, [settled])
  await transaction(pool, (client) => insertPredictions(client, settled))
  const { rows: found } = await pool.query<{ bytes: string }>(
    "select sum(pg_total_relation_size(relid)) as bytes from pg_partition_tree('predictions')",
  )
  const model = modelSettings.parse({
    ...{ log: { topic: 't' }, labels: { topic: 'l' }, features: { x: { type: 'numeric' } } },
    window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
    serving: { url: 'http://127.0.0.1:1' },
  })
  const said = storagePerMonth(model, rows / 30).predictions
  const ratio = said / Number(found[0]?.bytes)
  assert.ok(ratio > 0.9 && ratio < 4 / 3, `said ${said}, found ${found[0]?.bytes}: ${ratio}`)
})

test('and so are those of labels', async () => {
  const { pool } = database
  const count = 60_000
  const rows = new LabelRows({ reading: 1, partition: 0, from: 0n })
  const next = mulberry32(10)
  for (let i = 0; i < count; i++) {
    const id = `prediction-${String(Math.floor(next() * 1e11)).padStart(11, '0')}`
    rows.add(Date.parse('2001-01-01') + i, i, id, i % 2)
  }
  await ensureLabelDays(pool)
  await transaction(pool, (client) => insertLabels(client, rows.settle(1)))
  const { rows: found } = await pool.query<{ bytes: string }>(
    "select sum(pg_total_relation_size(relid)) as bytes from pg_partition_tree('labels')",
  )
  const model = modelSettings.parse({
    ...{ log: { topic: 't' }, labels: { topic: 'l' }, features: { x: { type: 'numeric' } } },
    window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
    serving: { url: 'http://127.0.0.1:1' },
  })
  const said = storagePerMonth(model, count / 30).labels
  const ratio = said / Number(found[0]?.bytes)
  assert.ok(ratio > 0.9 && ratio < 4 / 3, `said ${said}, found ${found[0]?.bytes}: ${ratio}`)
})

test('and so are those of rows that wait to be told from their repetitions, and of the ids that they leave', async () => {
  const { pool } = database
  const rows = 60_000
  const next = mulberry32(11)
  const features = Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [
      `x${i}`,
      { type: i % 5 === 4 ? 'categorical' : 'numeric' },
    ]),
  )
  const { rows: readings } = await pool.query<{ id: string; number: number; model: string }>(
    `with b as (insert into binnings (digest, model, binning) values ('b', 'm', '{}') returning digest)
     insert into readings (id, model, topic, binning, definition)
     select '4f1d2a9c0b7e8d55', 'm', 't', digest, '{"dedupeWithin": 86400000}' from b returning id, number, model`,
  )
  const [reading] = readings as [(typeof readings)[number]]
  const halves = Array.from({ length: rows }, (_, i) => ({
    ...{ piece: 'whole' as const, offset: BigInt(i), place: 0, version: '12', digest: null },
    id: `prediction-${String(Math.floor(next() * 1e11)).padStart(11, '0')}`,
    timeMs: Date.parse('2001-01-01') + i,
    values: JSON.stringify([
      ...Array.from({ length: 10 }, (_, j) =>
        j % 5 === 4 ? `kind-${Math.floor(next() * 50)}` : normal(next, 100, 20),
      ),
      next(),
    ]),
  }))
  const bytesOf = async (table: string) => {
    const sql = 'select pg_total_relation_size($1::regclass) as bytes'
    return Number((await pool.query<{ bytes: string }>(sql, [table])).rows[0]?.bytes)
  }
  await transaction(pool, (client) =>
    insertHalves(client, { reading: reading.id, partition: 0, repair: 0 }, halves),
  )
  const waiting = await bytesOf('halves')
  const join = { number: 1, began: { 0: '0' }, cut: { 0: String(rows) }, repairs: 0 }
  await transaction(pool, (client) =>
    keepIds(client, reading, { ...join, windowEnd: new Date('2001-01-02') }, []),
  )
  const known = await bytesOf('joined_ids')
  const model = modelSettings.parse({
    ...{ log: { topic: 't', dedupe: 'exact', dedupeWithin: '1d' }, features },
    window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
    serving: { url: 'http://127.0.0.1:1' },
  })
  const said = storagePerMonth(model, rows).repetitions
  const ratio = said / (waiting + 2 * known)
  const each = `a row ${waiting / rows}, an id ${known / rows} bytes`
  assert.ok(ratio > 0.9 && ratio < 4 / 3, `${each}: ${ratio}`)
})

test('and so are those of halves that are stored at once', async () => {
  const { pool } = database
  const pairs = 20_000
  const next = mulberry32(11)
  const reading = 'a'.repeat(16)
  await pool.query('truncate halves')
  await pool.query(`insert into binnings (digest, model, binning) values ('p', 'm', '{}')`)
  await pool.query(
    `insert into readings (id, model, topic, binning, definition) values ($1, 'm', 't', 'p', '{}')`,
    [reading],
  )
  const digest = Buffer.alloc(16, 7)
  const id = (i: number) => `prediction-${String(i).padStart(11, '0')}`
  const common = { place: 0, timeMs: Date.parse('2001-01-01'), version: '12', digest }
  await transaction(pool, async (client) => {
    const requests = Array.from({ length: pairs }, (_, i) => ({
      ...{ ...common, offset: BigInt(i), piece: 'request' as const, id: id(i) },
      values: JSON.stringify([...Array.from({ length: 8 }, () => normal(next)), 'c12', 'c3']),
    }))
    const responses = requests.map(({ offset, ...request }) => ({
      ...{ ...request, offset: offset + BigInt(pairs), piece: 'response' as const },
      values: JSON.stringify([next()]),
    }))
    await insertHalves(client, { reading, partition: 0, repair: 0 }, [...requests, ...responses])
  })
  const { rows: found } = await pool.query<{ bytes: string }>(
    "select pg_total_relation_size('halves') as bytes",
  )
  const model = modelSettings.parse({
    log: { topic: 't', kind: 'pair' },
    features: Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [`x${i}`, { type: i < 8 ? 'numeric' : 'categorical' }]),
    ),
    window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z', lateness: '1h' },
    serving: { url: 'http://127.0.0.1:1' },
  })
  const ofDay = storagePerMonth(model, 2 * pairs).halves / (2 + 1 / 24 + 0.7)
  const ratio = ofDay / Number(found[0]?.bytes)
  assert.ok(ratio > 0.9 && ratio < 4 / 3, `said ${ofDay}, found ${found[0]?.bytes}: ${ratio}`)
})
