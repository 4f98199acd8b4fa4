import assert from 'node:assert/strict'
import { test } from 'node:test'
import type pg from 'pg'
import { newestRowsFrom } from '../../../adapters/postgres/drill-rows.ts'
import { insertReference } from '../../../adapters/postgres/references.ts'
import type { Binning } from '../../../contracts/binning.ts'
import { trainingPlace } from '../../support/training-place.ts'

const binning: Binning = {
  ...{ schema: 'driftgate-binning/1', model: 'trial', version: '1' },
  features: [{ name: 'region', kind: 'categorical', categories: ['east', 'west'] }],
}

const place = trainingPlace(async (db) => {
  const named = { model: 'trial', name: 'training', version: '1', profile: new Uint8Array([1]) }
  const digests = { binningDigest: 'b', profileDigest: 'p' }
  await insertReference(db, { ...named, ...digests, binning }, 1)
  await db.query(`insert into readings (id, model, topic, binning, definition)
    values ('r1', 'trial', 'predictions', 'b', '{}'), ('r2', 'other', 'predictions', 'b', '{}')`)
  await db.query(`select ensure_partition('parts', '2024-01-01Z')`)
  await part(db, 'r1', 1, 100)
  await part(db, 'r1', 2, 100)
  await part(db, 'r1', 3, 100)
  // A segment counts rows once more, and another model's are none of ours.
  await part(db, 'r1', 3, 60, 'plan=a')
  await part(db, 'r2', 3, 1_000)
})

const part = (db: pg.Pool, reading: string, day: number, rows: number, segment = '') =>
  db.query(
    `insert into parts (reading, partition, from_offset, to_offset, bucket, version, segment, rows, profile)
     values ($1, 0, $2, $3, $4, '1', $5, $6, '')`,
    [reading, day * 1_000, day * 1_000 + rows, `2024-01-0${day}Z`, segment, rows],
  )
const from = async (rows: number) =>
  (await newestRowsFrom(place.db, { model: 'trial', topic: 'predictions', rows }))
    ?.toISOString()
    .slice(0, 10)

test('a drill learns from the newest buckets that hold enough rows, or from all', async () => {
  assert.equal(await from(100), '2024-01-03')
  assert.equal(await from(101), '2024-01-02')
  assert.equal(await from(1_000), '2024-01-01')
})

test('a log that nobody has read yet has none', async () => {
  const wanted = { model: 'trial', topic: 'another', rows: 1 }
  assert.equal(await newestRowsFrom(place.db, wanted), null)
})
