import type pg from 'pg'
import type { ModelSettings } from '../../contracts/config.ts'
import { type DeadLetter, insertDeadLetters } from './dead-letters.ts'
import { ensurePartitions } from './partitions.ts'
import { type Db, transaction } from './pool.ts'

export type { DeadLetter } from './dead-letters.ts'

/** How a log is read. Whatever is changed here is another reading, and counts from its own start. */
export interface ReadingDefinition {
  readonly model: string
  readonly topic: string
  readonly format: string
  readonly paths: ModelSettings['log']['paths']
  /** Digest of the binning. */
  readonly binning: string
  /** Width of a bucket of event time, milliseconds. */
  readonly bucket: number
  /** A bucket begins here, ISO 8601. */
  readonly anchor: string
}

/** What is read of one log in one way; the id is the digest of the definition. */
export interface Reading {
  readonly id: string
  readonly model: string
  readonly topic: string
  readonly binning: string
  readonly definition: ReadingDefinition
}

/** Creates a reading and its heads at the given first offsets unless they are there. */
export async function ensureReading(
  pool: pg.Pool,
  reading: Reading,
  starts: readonly { partition: number; from: bigint }[],
): Promise<void> {
  await transaction(pool, async (db) => {
    await db.query(
      `insert into readings (id, model, topic, binning, definition) values ($1, $2, $3, $4, $5)
       on conflict do nothing`,
      [
        reading.id,
        reading.model,
        reading.topic,
        reading.binning,
        JSON.stringify(reading.definition),
      ],
    )
    for (const { partition, from } of starts) {
      await db.query(
        `insert into ledger_heads (reading, partition, began, head) values ($1, $2, $3, $3)
         on conflict do nothing`,
        [reading.id, partition, String(from)],
      )
    }
  })
}

export async function findReading(db: Db, id: string): Promise<Reading | null> {
  const { rows } = await db.query<Reading>(
    'select id, model, topic, binning, definition from readings where id = $1',
    [id],
  )
  return rows[0] ?? null
}

/** The newest reading of a model. */
export async function currentReading(db: Db, model: string): Promise<Reading | null> {
  const { rows } = await db.query<Reading>(
    `select id, model, topic, binning, definition from readings where model = $1
     order by created_at desc, id limit 1`,
    [model],
  )
  return rows[0] ?? null
}

export async function headsOf(db: Db, reading: string): Promise<Map<number, bigint>> {
  const { rows } = await db.query<{ partition: number; head: string }>(
    'select partition, head from ledger_heads where reading = $1 order by partition',
    [reading],
  )
  return new Map(rows.map(({ partition, head }) => [partition, BigInt(head)]))
}

export interface SlicePart {
  readonly version: string
  readonly segment: string
  readonly bucket: Date
  readonly rows: number
  readonly profile: Uint8Array
  /** Null for a segment: the rows are in the sample of all rows. */
  readonly sample: Uint8Array | null
}

export interface Slice {
  readonly reading: string
  readonly topic: string
  readonly partition: number
  readonly from: bigint
  readonly to: bigint
  readonly good: number
  readonly bad: number
  readonly foreign: number
  readonly lost: number
  readonly unread: number
  readonly parts: readonly SlicePart[]
  readonly deadLetters: readonly DeadLetter[]
}

/**
 * Commits a slice with everything it found in one transaction, if the partition's head is still where the slice
 * begins. False: somebody else was faster, nothing was written.
 */
export async function commitSlice(pool: pg.Pool, slice: Slice): Promise<boolean> {
  const { reading, topic, partition, from, to, parts, deadLetters } = slice
  await ensurePartitions(
    pool,
    'parts',
    parts.map(({ bucket }) => bucket),
  )
  await ensurePartitions(
    pool,
    'dead_letters',
    deadLetters.map(({ at }) => at),
  )
  return transaction(pool, async (db) => {
    const moved = await db.query(
      'update ledger_heads set head = $4 where reading = $1 and partition = $2 and head = $3',
      [reading, partition, String(from), String(to)],
    )
    if (moved.rowCount !== 1) return false
    await db.query(
      `insert into ledger_slices
         (reading, partition, from_offset, to_offset, good, bad, foreign_rows, lost, unread)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[reading, partition, String(from), String(to)],
        ...[slice.good, slice.bad, slice.foreign, slice.lost, slice.unread],
      ],
    )
    await insertParts(db, slice)
    await insertDeadLetters(db, { reading, topic, partition }, deadLetters)
    return true
  })
}

async function insertParts(db: Db, { reading, partition, from, to, parts }: Slice): Promise<void> {
  if (parts.length === 0) return
  await db.query(
    `insert into parts
       (reading, partition, from_offset, to_offset, version, segment, bucket, rows, profile, sample)
     select $1, $2, $3, $4, * from unnest(
       $5::text[], $6::text[], $7::timestamptz[], $8::bigint[], $9::bytea[], $10::bytea[])`,
    [
      ...[reading, partition, String(from), String(to)],
      parts.map(({ version }) => version),
      parts.map(({ segment }) => segment),
      parts.map(({ bucket }) => bucket),
      parts.map(({ rows }) => rows),
      parts.map(({ profile }) => Buffer.from(profile)),
      parts.map(({ sample }) => (sample === null ? null : Buffer.from(sample))),
    ],
  )
}
