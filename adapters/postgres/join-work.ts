import type pg from 'pg'
import type { OnPhase } from '../../contracts/scan-phases.ts'
import type { Join } from './joins.ts'
import { ensurePartitions } from './partitions.ts'
import { insertParts, joinsPartition, type SlicePart } from './parts.ts'
import { type Db, transaction } from './pool.ts'
import { ensurePredictionDays } from './prediction-days.ts'
import type { KeptPredictions } from './prediction-rows.ts'
import { insertPredictions } from './predictions.ts'

/** A half as it is stored; where it came from says at which join it is there first. */
export interface HalfRow {
  readonly partition: number
  readonly offset: bigint
  readonly place: number
  readonly repair: number
  readonly request: boolean
  readonly id: string
  readonly timeMs: number
  readonly version: string
  readonly values: string
  readonly digest: Uint8Array | null
}

/** Halves that are fetched at once. */
const mostAtOnce = 5_000

/** Places `v` of cuts by partition, and that a half `h` lies in one. */
const placesOf = (began: string, cut: string) =>
  `select b.key::int as partition, b.value::bigint as began, c.value::bigint as cut
   from jsonb_each_text(${began}) b join jsonb_each_text(${cut}) c using (key)`
const inPlace = (place: string, repairs: string) =>
  `(h."offset" >= ${place}.began and h."offset" < ${place}.cut and h.repair <= ${repairs})`

/**
 * The halves that a join can see of every id of which one is there for the first time, id by id. `before`: the join
 * before it.
 */
export async function eachTouchedHalf(
  pool: pg.Pool,
  reading: string,
  { join, before }: { readonly join: Join; readonly before: Join | null },
  onHalf: (half: HalfRow) => void,
  signal?: AbortSignal,
): Promise<void> {
  const none = { began: {}, cut: {}, repairs: 0 }
  const last = before ?? none
  await transaction(pool, async (db) => {
    await db.query(
      `declare touched no scroll cursor for
       with now as (${placesOf('$2', '$3')}), last as (${placesOf('$5', '$6')}),
       fresh as (
         select distinct h.id from halves h join now using (partition) left join last using (partition)
         where h.reading = $1 and ${inPlace('now', '$4')}
           and not coalesce(${inPlace('last', '$7')}, false)
       )
       select h.partition, h."offset", h.place, h.repair, h.request, h.id, h.at_ms as "timeMs", h.version, h."values", h.digest
       from halves h join now using (partition) join fresh using (id)
       where h.reading = $1 and ${inPlace('now', '$4')}
       order by h.id collate "C"`,
      [
        ...[reading, JSON.stringify(join.began), JSON.stringify(join.cut), join.repairs],
        ...[JSON.stringify(last.began), JSON.stringify(last.cut), last.repairs],
      ],
    )
    for (;;) {
      signal?.throwIfAborted()
      const { rows } = await db.query<Record<keyof HalfRow, never>>(
        `fetch ${mostAtOnce} from touched`,
      )
      for (const row of rows as unknown as (Omit<HalfRow, 'offset'> & Record<'offset', string>)[]) {
        onHalf({
          ...row,
          offset: BigInt(row.offset),
          repair: Number(row.repair),
          timeMs: Number(row.timeMs),
          id: JSON.parse(row.id) as string,
        })
      }
      if (rows.length < mostAtOnce) return
    }
  })
}

/** Of the halves whose event time is in a bucket. */
export interface BucketCounts {
  readonly bucket: Date
  requests: number
  matchedRequests: number
  responses: number
  matchedResponses: number
  repeated: number
}

export interface DoneJoin {
  readonly join: Join
  readonly rows: number
  readonly parts: readonly SlicePart[]
  readonly counts: readonly BucketCounts[]
  readonly predictions: KeptPredictions | null
  /** Of ids that have both halves by this join, nothing is kept any more. */
  readonly settled: Join | null
  /** Of halves that were there by this join, nothing is kept any more. */
  readonly forgotten: Join | null
}

/**
 * Commits what a join came to, in one transaction, if it is the first that is still to be done. False: somebody else was
 * faster, nothing was written. What is removed of the halves belongs to the join: it follows from the cuts alone.
 */
export async function commitJoin(
  pool: pg.Pool,
  reading: string,
  done: DoneJoin,
  onPhase?: OnPhase,
): Promise<boolean> {
  const { join, parts, counts, predictions } = done
  await ensurePartitions(
    pool,
    'parts',
    parts.map(({ bucket }) => bucket),
  )
  await ensurePredictionDays(pool, [predictions])
  await onPhase?.('before join')
  const committed = await transaction(pool, async (db) => {
    const { rowCount } = await db.query(
      `update joins set rows = $3, joined_at = now(), predictions = $4, prediction_rate = $5
       where reading = $1 and number = $2 and joined_at is null
         and not exists (select from joins where reading = $1 and number < $2 and joined_at is null)`,
      [reading, join.number, done.rows, predictions?.rows ?? 0, predictions?.rate ?? null],
    )
    if (rowCount !== 1) return false
    const [from, to] = [BigInt(join.number - 1), BigInt(join.number)]
    await insertParts(db, { reading, partition: joinsPartition, from, to, repair: 0, parts })
    await insertCounts(db, reading, join.number, counts)
    await insertPredictions(db, predictions)
    await removeHalves(db, reading, done)
    await onPhase?.('in join, all written')
    return true
  })
  await onPhase?.('after join')
  return committed
}

async function insertCounts(
  db: Db,
  reading: string,
  number: number,
  counts: readonly BucketCounts[],
): Promise<void> {
  await db.query(
    `insert into join_counts
       (reading, number, bucket, requests, matched_requests, responses, matched_responses, repeated)
     select $1, $2, * from unnest(
       $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])`,
    [
      ...[reading, number, counts.map(({ bucket }) => bucket)],
      counts.map(({ requests }) => requests),
      counts.map(({ matchedRequests }) => matchedRequests),
      counts.map(({ responses }) => responses),
      counts.map(({ matchedResponses }) => matchedResponses),
      counts.map(({ repeated }) => repeated),
    ],
  )
}

/** Only halves that the join could see are looked at: what others read meanwhile changes nothing. */
async function removeHalves(db: Db, reading: string, done: DoneJoin): Promise<void> {
  const { join, settled, forgotten } = done
  if (settled !== null) {
    await db.query(
      `with now as (${placesOf('$2', '$3')}), old as (${placesOf('$5', '$6')}),
       done as (
         select h.id from halves h join now using (partition) left join old using (partition)
         where h.reading = $1 and ${inPlace('now', '$4')}
         group by h.id
         having bool_and(coalesce(${inPlace('old', '$7')}, false))
           and bool_or(h.request) and bool_or(not h.request)
       )
       delete from halves h using done, now
       where h.reading = $1 and h.id = done.id and h.partition = now.partition and ${inPlace('now', '$4')}`,
      [
        ...[reading, JSON.stringify(join.began), JSON.stringify(join.cut), join.repairs],
        ...[JSON.stringify(settled.began), JSON.stringify(settled.cut), settled.repairs],
      ],
    )
  }
  if (forgotten === null) return
  await db.query(
    `with old as (${placesOf('$2', '$3')})
     delete from halves h using old
     where h.reading = $1 and h.partition = old.partition and ${inPlace('old', '$4')}`,
    [
      ...[reading, JSON.stringify(forgotten.began), JSON.stringify(forgotten.cut)],
      forgotten.repairs,
    ],
  )
}
