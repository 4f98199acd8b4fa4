import type pg from 'pg'
import type { TableCursor } from '../../contracts/label-table.ts'
import type { OnPhase } from '../../contracts/scan-phases.ts'
import { type DeadLetter, insertDeadLetters } from './dead-letters.ts'
import { keptAndErased, nothingErasedSince } from './erasures.ts'
import { insertHalves, type LoggedHalf } from './halves.ts'
import { ensureLabelDays, insertLabels, type KeptLabels } from './label-rows.ts'
import { ensurePartitions } from './partitions.ts'
import { insertParts, type SlicePart } from './parts.ts'
import { type Db, transaction } from './pool.ts'
import { ensurePredictionDays } from './prediction-days.ts'
import type { KeptPredictions } from './prediction-rows.ts'
import { insertPredictions } from './predictions.ts'

export type { DeadLetter } from './dead-letters.ts'

export async function headsOf(db: Db, reading: string): Promise<Map<number, bigint>> {
  const { rows } = await db.query<{ partition: number; head: string }>(
    'select partition, head from ledger_heads where reading = $1 order by partition',
    [reading],
  )
  return new Map(rows.map(({ partition, head }) => [partition, BigInt(head)]))
}

/** The row up to which a table was read, of which so many were; null: none was. */
export async function cursorAt(
  db: Db,
  reading: string,
  partition: number,
  head: bigint,
): Promise<TableCursor | null> {
  const { rows } = await db.query<{ cursor: TableCursor | null }>(
    'select cursor from ledger_slices where reading = $1 and partition = $2 and to_offset = $3',
    [reading, partition, String(head)],
  )
  return rows[0]?.cursor ?? null
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
  readonly halves: readonly LoggedHalf[]
  /** Null: none were to be kept. */
  readonly predictions: KeptPredictions | null
  /** Of a slice of labels. */
  readonly labels: KeptLabels | null
  /** Halves of predictions that were erased: they count and are not stored. */
  readonly erasedHalves: number
  /** Of labels of a table: the last row. */
  readonly cursor?: TableCursor
  /** The last erasure that was known when it was read: nothing of the predictions of those is in it. */
  readonly erasure: number
}

/**
 * Commits slices of the same offsets, one of each reading, with everything they found in one transaction, if the heads
 * of their partitions are still where they begin and nothing was erased meanwhile. False: somebody else was faster with
 * one of them, or a prediction was erased; nothing was written.
 */
export async function commitSlices(
  pool: pg.Pool,
  slices: readonly Slice[],
  onPhase?: OnPhase,
): Promise<boolean> {
  // Always in the same order: two who commit at once never wait for each other.
  const sorted = slices.toSorted((left, right) => (left.reading < right.reading ? -1 : 1))
  await preparePartitions(pool, slices)
  await onPhase?.('before slice')
  const committed = await transaction(pool, async (db) => {
    if (!(await isUpToDate(db, slices))) throw new HeadMoved()
    for (const { reading, partition, from, to } of sorted) {
      const moved = await db.query(
        'update ledger_heads set head = $4 where reading = $1 and partition = $2 and head = $3',
        [reading, partition, String(from), String(to)],
      )
      if (moved.rowCount !== 1) throw new HeadMoved()
    }
    await onPhase?.('in slice, head moved')
    for (const slice of sorted) await insertSlice(db, slice)
    await onPhase?.('in slice, all written')
    return true
  }).catch((error: unknown) => {
    if (error instanceof HeadMoved) return false
    throw error
  })
  await onPhase?.('after slice')
  return committed
}

/** Whether all of them know of every erasure. */
async function isUpToDate(db: pg.PoolClient, slices: readonly Slice[]): Promise<boolean> {
  const known = Math.min(...slices.map(({ erasure }) => erasure))
  return nothingErasedSince(db, known)
}

/** Takes back what the transaction did before. */
class HeadMoved extends Error {}

/**
 * Commits slices that follow each other and end where the partition began, in one transaction; it then begins where
 * they do. False: somebody else read them, or a prediction was erased meanwhile; nothing was written.
 */
export async function commitBelow(pool: pg.Pool, slices: readonly Slice[]): Promise<boolean> {
  const [first, last] = [slices[0], slices.at(-1)]
  if (first === undefined || last === undefined) return true
  await preparePartitions(pool, slices)
  return transaction(pool, async (db) => {
    if (!(await isUpToDate(db, slices))) return false
    const moved = await db.query(
      'update ledger_heads set began = $4 where reading = $1 and partition = $2 and began = $3',
      [first.reading, first.partition, String(last.to), String(first.from)],
    )
    if (moved.rowCount !== 1) return false
    for (const slice of slices) await insertSlice(db, slice)
    return true
  })
}

async function preparePartitions(pool: pg.Pool, slices: readonly Slice[]): Promise<void> {
  const buckets = slices.flatMap(({ parts }) => parts.map(({ bucket }) => bucket))
  const letters = slices.flatMap(({ deadLetters }) => deadLetters.map(({ at }) => at))
  await ensurePartitions(pool, 'parts', buckets)
  await ensurePartitions(pool, 'dead_letters', letters)
  await ensurePredictionDays(
    pool,
    slices.map(({ predictions }) => predictions),
  )
  if (slices.some(({ labels }) => labels !== null)) await ensureLabelDays(pool)
}

async function insertSlice(db: pg.PoolClient, slice: Slice): Promise<void> {
  const { reading, topic, partition, from, to, deadLetters, halves, predictions, labels } = slice
  await db.query(
    `insert into ledger_slices
       (reading, partition, from_offset, to_offset, good, bad, foreign_rows, lost, unread, more_rows,
        ahead, repeated, halves, erased_halves, predictions, lifted_predictions, prediction_rate, labels,
        lifted_labels, label_rate, cursor)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
    [
      ...[reading, partition, String(from), String(to)],
      ...[slice.good, slice.bad, slice.foreign, slice.lost, slice.unread, slice.moreRows],
      ...[slice.ahead, slice.repeated, halves.length + slice.erasedHalves, slice.erasedHalves],
      ...keptAndErased(predictions),
      ...[...keptAndErased(labels), slice.cursor ?? null],
    ],
  )
  await insertParts(db, { ...slice, repair: 0 })
  await insertHalves(db, { reading, partition, repair: 0 }, halves)
  await insertDeadLetters(db, { reading, topic, partition }, deadLetters)
  await insertPredictions(db, predictions)
  await insertLabels(db, labels)
}
