import type pg from 'pg'
import type { OnPhase } from '../../contracts/scan-phases.ts'
import { keptAndErased, nothingErasedSince } from './erasures.ts'
import type { Join } from './joins.ts'
import { ensurePartitions } from './partitions.ts'
import { insertParts, joinsPartition, type SlicePart } from './parts.ts'
import { type Db, transaction } from './pool.ts'
import { ensurePredictionDays } from './prediction-days.ts'
import type { KeptPredictions } from './prediction-rows.ts'
import { insertPredictions } from './predictions.ts'

/** Of the halves whose event time is in a bucket. */
export interface BucketCounts {
  readonly bucket: Date
  requests: number
  matchedRequests: number
  responses: number
  matchedResponses: number
  repeated: number
  /** Of whole predictions: those whose id another content had before. */
  differing: number
}

export interface DoneJoin {
  readonly join: Join
  readonly rows: number
  readonly parts: readonly SlicePart[]
  readonly counts: readonly BucketCounts[]
  readonly predictions: KeptPredictions | null
  /** The last erasure that was known when it was begun: what waited of those is not in it. */
  readonly erasure: number
  /** Lets go of what need not be kept any more; it follows from the cuts alone. */
  readonly letGo: (db: Db) => Promise<void>
}

/**
 * Commits what a join came to, in one transaction, if it is the first that is still to be done. False: somebody else was
 * faster, or a prediction was erased meanwhile; nothing was written.
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
    if (!(await nothingErasedSince(db, done.erasure))) return false
    const { rowCount } = await db.query(
      `update joins set rows = $3, joined_at = now(), predictions = $4, lifted_predictions = $5, prediction_rate = $6
       where reading = $1 and number = $2 and joined_at is null
         and not exists (select from joins where reading = $1 and number < $2 and joined_at is null)`,
      [reading, join.number, done.rows, ...keptAndErased(predictions)],
    )
    if (rowCount !== 1) return false
    const [from, to] = [BigInt(join.number - 1), BigInt(join.number)]
    await insertParts(db, { reading, partition: joinsPartition, from, to, repair: 0, parts })
    await insertCounts(db, reading, join.number, counts)
    await insertPredictions(db, predictions)
    await done.letGo(db)
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
       (reading, number, bucket, requests, matched_requests, responses, matched_responses,
        repeated, differing)
     select $1, $2, * from unnest(
       $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
       $9::bigint[])`,
    [
      ...[reading, number, counts.map(({ bucket }) => bucket)],
      counts.map(({ requests }) => requests),
      counts.map(({ matchedRequests }) => matchedRequests),
      counts.map(({ responses }) => responses),
      counts.map(({ matchedResponses }) => matchedResponses),
      counts.map(({ repeated }) => repeated),
      counts.map(({ differing }) => differing),
    ],
  )
}
