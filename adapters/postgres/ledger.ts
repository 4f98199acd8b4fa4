import type pg from 'pg'
import { type Db, transaction } from './pool.ts'

/** What is read of one log in one way; the id is the digest of the definition. */
export interface Reading {
  readonly id: string
  readonly model: string
  readonly topic: string
  readonly binning: string
  readonly definition: unknown
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
        `insert into ledger_heads (reading, partition, head) values ($1, $2, $3) on conflict do nothing`,
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
  readonly sample: Uint8Array
}

export interface DeadLetter {
  readonly offset: bigint
  readonly code: string
  readonly reason: string
  readonly bytes: Uint8Array | null
  readonly at: Date
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
  const { reading, partition, from, to } = slice
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
    await insertDeadLetters(db, slice)
    return true
  })
}

async function insertParts(db: Db, { reading, partition, from, to, parts }: Slice): Promise<void> {
  for (const { version, segment, bucket, rows, profile, sample } of parts) {
    await db.query("select ensure_partition('parts', $1)", [bucket])
    await db.query(
      `insert into parts
         (reading, partition, from_offset, to_offset, version, segment, bucket, rows, profile, sample)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        ...[reading, partition, String(from), String(to), version, segment, bucket, rows],
        ...[Buffer.from(profile), Buffer.from(sample)],
      ],
    )
  }
}

async function insertDeadLetters(db: Db, { topic, partition, deadLetters }: Slice): Promise<void> {
  for (const year of new Set(deadLetters.map(({ at }) => at.getUTCFullYear()))) {
    await db.query("select ensure_partition('dead_letters', $1)", [new Date(Date.UTC(year, 6))])
  }
  if (deadLetters.length === 0) return
  await db.query(
    `insert into dead_letters (topic, partition, "offset", code, reason, bytes, at)
     select $1, $2, * from unnest($3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[])
     on conflict do nothing`,
    [
      topic,
      partition,
      deadLetters.map(({ offset }) => String(offset)),
      deadLetters.map(({ code }) => code),
      deadLetters.map(({ reason }) => reason),
      deadLetters.map(({ bytes }) => (bytes === null ? null : Buffer.from(bytes))),
      deadLetters.map(({ at }) => at),
    ],
  )
}

/**
 * Per partition the stretch of the log that holds every row with event time >= `from`: from the first slice that
 * touched such a bucket up to the head; and the end of the last bucket's rows. Null when there is none.
 */
export async function offsetRangesFor(
  db: Db,
  reading: string,
  from: Date,
): Promise<{ offsets: Record<string, [string, string]>; lastBucket: Date } | null> {
  const { rows } = await db.query<{ partition: number; first: string; head: string; last: Date }>(
    `select p.partition, min(p.from_offset) as first, h.head, max(p.bucket) as last
     from parts p join ledger_heads h on h.reading = p.reading and h.partition = p.partition
     where p.reading = $1 and p.bucket >= $2 group by p.partition, h.head order by p.partition`,
    [reading, from],
  )
  if (rows.length === 0) return null
  return {
    offsets: Object.fromEntries(
      rows.map(({ partition, first, head }) => [partition, [first, head]]),
    ),
    lastBucket: new Date(Math.max(...rows.map(({ last }) => last.getTime()))),
  }
}
