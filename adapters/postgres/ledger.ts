import type pg from 'pg'
import type { RecordLayout } from '../../contracts/record-layout.ts'
import type { OnPhase } from '../../contracts/scan-phases.ts'
import { type DeadLetter, insertDeadLetters } from './dead-letters.ts'
import { ensurePartitions } from './partitions.ts'
import { insertParts, type SlicePart } from './parts.ts'
import { type Db, transaction } from './pool.ts'

export type { DeadLetter } from './dead-letters.ts'

/** How a log is read. Whatever is changed here is another reading, and counts from its own start. */
export interface ReadingDefinition extends RecordLayout {
  readonly model: string
  readonly topic: string
  /** Digest of the binning. */
  readonly binning: string
  /** Width of a bucket of event time, milliseconds. */
  readonly bucket: number
  /** A bucket begins here, ISO 8601. */
  readonly anchor: string
  /** Absent: 1. */
  readonly generation?: number
}

/** What is read of one log in one way; the id is the digest of the definition. */
export interface Reading {
  readonly id: string
  readonly model: string
  readonly topic: string
  readonly binning: string
  readonly definition: ReadingDefinition
  /** Id of the topic that was read; null where nobody knows. */
  readonly topicId: string | null
}

const columns = 'id, model, topic, binning, definition, topic_id as "topicId"'

/**
 * Creates a reading, and its heads at the given first offsets, unless they are there. Returns the id of the topic that
 * it is a reading of.
 */
export async function ensureReading(
  pool: pg.Pool,
  reading: Reading,
  starts: readonly { partition: number; from: bigint }[],
): Promise<string | null> {
  return transaction(pool, async (db) => {
    const { rows } = await db.query<{ topic_id: string | null }>(
      `insert into readings (id, model, topic, binning, definition, topic_id)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (id) do update set topic_id = coalesce(readings.topic_id, excluded.topic_id)
       returning topic_id`,
      [
        ...[reading.id, reading.model, reading.topic, reading.binning],
        ...[JSON.stringify(reading.definition), reading.topicId],
      ],
    )
    const topicId = rows[0]?.topic_id ?? null
    // The heads of one log are never those of another.
    if (reading.topicId !== null && topicId !== reading.topicId) return topicId
    for (const { partition, from } of starts) {
      await db.query(
        `insert into ledger_heads (reading, partition, began, head) values ($1, $2, $3, $3)
         on conflict do nothing`,
        [reading.id, partition, String(from)],
      )
    }
    return topicId
  })
}

export async function findReading(db: Db, id: string): Promise<Reading | null> {
  const { rows } = await db.query<Reading>(`select ${columns} from readings where id = $1`, [id])
  return rows[0] ?? null
}

/** The reading by which a model was scanned last, else its newest one. */
export async function currentReading(db: Db, model: string): Promise<Reading | null> {
  const { rows } = await db.query<Reading>(
    `select ${columns} from readings r where model = $1
     order by (select max(recorded_at) from cuts c where c.reading = r.id) desc nulls last,
              created_at desc, id limit 1`,
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
  /** Rows of the good records beyond one for each. */
  readonly moreRows: number
  /** Rows with an event time after the broker's, and with an id that the slice had before. */
  readonly ahead: number
  readonly repeated: number
  readonly parts: readonly SlicePart[]
  readonly deadLetters: readonly DeadLetter[]
}

/**
 * Commits a slice with everything it found in one transaction, if the partition's head is still where the slice
 * begins. False: somebody else was faster, nothing was written.
 */
export async function commitSlice(
  pool: pg.Pool,
  slice: Slice,
  onPhase?: OnPhase,
): Promise<boolean> {
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
  await onPhase?.('before slice')
  const committed = await transaction(pool, async (db) => {
    const moved = await db.query(
      'update ledger_heads set head = $4 where reading = $1 and partition = $2 and head = $3',
      [reading, partition, String(from), String(to)],
    )
    if (moved.rowCount !== 1) return false
    await onPhase?.('in slice, head moved')
    await db.query(
      `insert into ledger_slices
         (reading, partition, from_offset, to_offset, good, bad, foreign_rows, lost, unread, more_rows,
          ahead, repeated)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        ...[reading, partition, String(from), String(to)],
        ...[slice.good, slice.bad, slice.foreign, slice.lost, slice.unread, slice.moreRows],
        ...[slice.ahead, slice.repeated],
      ],
    )
    await insertParts(db, { ...slice, repair: 0 })
    await insertDeadLetters(db, { reading, topic, partition }, deadLetters)
    await onPhase?.('in slice, all written')
    return true
  })
  await onPhase?.('after slice')
  return committed
}
