import type pg from 'pg'
import { keptAndErased, nothingErasedSince } from './erasures.ts'
import { insertHalves, type LoggedHalf } from './halves.ts'
import { ensureLabelDays, insertRepairedLabels, type KeptLabels } from './label-rows.ts'
import { ensurePartitions } from './partitions.ts'
import { insertParts, type SlicePart } from './parts.ts'
import { type Db, transaction } from './pool.ts'
import { ensurePredictionDays } from './prediction-days.ts'
import type { KeptPredictions } from './prediction-rows.ts'
import { insertRepairedPredictions } from './predictions.ts'

/** The dead letters of one slice that nobody could read yet. */
export interface UnreadSlice {
  readonly partition: number
  readonly from: bigint
  readonly to: bigint
  /** In ascending order. */
  readonly offsets: readonly bigint[]
}

/** The first slice at or after a place that has unread dead letters; null when there is none any more. */
export async function nextUnread(
  db: Db,
  { id, topic }: { readonly id: string; readonly topic: string },
  after: { readonly partition: number; readonly offset: bigint },
): Promise<UnreadSlice | null> {
  const { rows } = await db.query<{
    partition: number
    from: string
    to: string
    offsets: string[]
  }>(
    `with first as (
       select partition, "offset" from dead_letters
       where reading = $1 and topic = $2 and repair is null and (partition, "offset") >= ($3, $4)
       order by partition, "offset" limit 1
     )
     select s.partition, s.from_offset as "from", s.to_offset as "to",
            array_agg(d."offset"::text order by d."offset") as offsets
     from first f
     join ledger_slices s on s.reading = $1 and s.partition = f.partition
       and s.from_offset <= f."offset" and s.to_offset > f."offset"
     join dead_letters d on d.reading = $1 and d.topic = $2 and d.partition = s.partition
       and d."offset" >= s.from_offset and d."offset" < s.to_offset and d.repair is null
     group by s.partition, s.from_offset, s.to_offset`,
    [id, topic, after.partition, String(after.offset)],
  )
  const [row] = rows
  return row === undefined
    ? null
    : {
        partition: row.partition,
        from: BigInt(row.from),
        to: BigInt(row.to),
        offsets: row.offsets.map(BigInt),
      }
}

export interface Repair {
  readonly reading: string
  readonly topic: string
  readonly partition: number
  /** The slice that is repaired. */
  readonly from: bigint
  readonly to: bigint
  /** Of the dead letters that could be read now: as many as `good` and `foreign` together. */
  readonly offsets: readonly bigint[]
  readonly good: number
  readonly foreign: number
  /** Rows of the good records beyond one for each. */
  readonly moreRows: number
  readonly parts: readonly SlicePart[]
  readonly halves: readonly LoggedHalf[]
  /** Null: none were to be kept. */
  readonly predictions: KeptPredictions | null
  /** Of a repair of labels. */
  readonly labels?: KeptLabels
  /** As of a slice. */
  readonly erasedHalves: number
  readonly erasure: number
}

/**
 * Commits what could be read of a slice's dead letters, in one transaction. Otherwise nothing was written: somebody else
 * repaired one of them meanwhile, or a prediction was erased. Repairs of a reading wait for each other, so that their
 * numbers are their order.
 */
export async function commitRepair(
  pool: pg.Pool,
  repair: Repair,
): Promise<'committed' | 'overtaken' | 'erased'> {
  const { reading, topic, partition, from, parts, predictions } = repair
  const letters = [reading, topic, partition, repair.offsets.map(String)]
  await ensurePartitions(
    pool,
    'parts',
    parts.map(({ bucket }) => bucket),
  )
  await ensurePredictionDays(pool, [predictions])
  if (repair.labels !== undefined) await ensureLabelDays(pool)
  return transaction(pool, async (db) => {
    if (!(await nothingErasedSince(db, repair.erasure))) return 'erased'
    await db.query('select from readings where id = $1 for update', [reading])
    const { rowCount } = await db.query(
      `select from dead_letters where reading = $1 and topic = $2 and partition = $3
         and "offset" = any($4::bigint[]) and repair is null`,
      letters,
    )
    if (rowCount !== repair.offsets.length) return 'overtaken'
    const { rows } = await db.query<{ number: string }>(
      `insert into ledger_repairs (reading, number, partition, from_offset, good, foreign_rows, more_rows, halves, erased_halves, predictions, lifted_predictions, prediction_rate, labels,
          lifted_labels, label_rate)
       values ($1, (select coalesce(max(number), 0) + 1 from ledger_repairs where reading = $1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       returning number`,
      [
        ...[reading, partition, String(from), repair.good, repair.foreign, repair.moreRows],
        ...[repair.halves.length + repair.erasedHalves, repair.erasedHalves],
        ...[...keptAndErased(predictions), ...keptAndErased(repair.labels ?? null)],
      ],
    )
    const number = Number(rows[0]?.number)
    await insertParts(db, { ...repair, repair: number })
    await insertHalves(db, { reading, partition, repair: number }, repair.halves)
    await insertRepairedPredictions(db, predictions, number)
    await insertRepairedLabels(db, repair.labels ?? null, number)
    await db.query(
      `update dead_letters set repair = $5 where reading = $1 and topic = $2 and partition = $3
         and "offset" = any($4::bigint[])`,
      [...letters, number],
    )
    return 'committed'
  })
}

/** The number of the newest repair of a reading; 0 without one. */
export async function lastRepair(db: Db, reading: string): Promise<number> {
  const { rows } = await db.query<{ last: string }>(
    'select coalesce(max(number), 0) as last from ledger_repairs where reading = $1',
    [reading],
  )
  return Number(rows[0]?.last)
}

/** What the repairs after a number could read. */
export async function repairedAfter(
  db: Db,
  reading: string,
  after: number,
): Promise<{ repairs: number; good: number; foreign: number }> {
  const { rows } = await db.query<{ repairs: number; good: string; foreign: string }>(
    `select count(*)::int as repairs, coalesce(sum(good), 0) as good,
            coalesce(sum(foreign_rows), 0) as foreign
     from ledger_repairs where reading = $1 and number > $2`,
    [reading, after],
  )
  const [row] = rows
  return { repairs: row?.repairs ?? 0, good: Number(row?.good), foreign: Number(row?.foreign) }
}
