import type { OffsetRanges } from '../../contracts/training.ts'
import type { Db } from './pool.ts'

/**
 * The exact stretch of a prediction log that holds every row with event time >= `from`: per partition
 * from the first slice that touched such a bucket up to the head of the ledger. `to` is the end of the
 * last bucket, ISO 8601. Null: the ledger has no such row.
 */
export async function trainingRanges(
  db: Db,
  wanted: { model: string; topic: string; from: string; bucketMs: number },
): Promise<{ offsets: OffsetRanges; to: string } | null> {
  const { rows } = await db.query<{
    partition: number
    from_offset: string
    head: string
    last_bucket: Date
  }>(
    `with touched as (
       select reading, partition, min(from_offset) as from_offset, max(bucket) as last_bucket
       from (
         select reading, partition, from_offset, bucket from parts
         where bucket > $3::timestamptz - $4::bigint * interval '1 millisecond'
         union all
         select m.reading, r.at, r.since, m.until - $4::bigint * interval '1 millisecond'
         from merged_parts m cross join unnest(m.partitions, m.froms) as r(at, since)
         where m.segment = '' and m.until > $3
       ) p
       where reading in (select id from readings where model = $1 and topic = $2)
       group by reading, partition
     )
     select partition, min(from_offset) as from_offset, max(head) as head,
            max(last_bucket) as last_bucket
     from touched join ledger_heads using (reading, partition)
     group by partition order by partition`,
    [wanted.model, wanted.topic, wanted.from, wanted.bucketMs],
  )
  if (rows.length === 0) return null
  const lastBucket = Math.max(...rows.map((row) => row.last_bucket.getTime()))
  return {
    offsets: Object.fromEntries(
      rows.map((row) => [row.partition, [row.from_offset, row.head] satisfies [string, string]]),
    ),
    to: new Date(lastBucket + wanted.bucketMs).toISOString(),
  }
}
