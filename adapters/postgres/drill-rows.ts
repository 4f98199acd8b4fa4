import type { Db } from './pool.ts'

/**
 * Event time from which the ledger of a topic holds about so many rows that can have their labels by now: the start of
 * a bucket. Rows above the label watermark do not count. Null: the ledger has none.
 */
export async function newestRowsFrom(
  db: Db,
  wanted: { readonly model: string; readonly topic: string; readonly rows: number },
): Promise<Date | null> {
  const { rows } = await db.query<{ from: Date | null }>(
    `with mine as (select id from readings where model = $1 and topic = $2),
     watermark as (
       select (report ->> 'watermark')::timestamptz as at from performances where model = $1
       order by labels_at desc, window_start desc limit 1
     ),
     counted as (
       select bucket, sum(rows) as rows from (
         select reading, bucket, rows from parts where segment = ''
         union all select reading, bucket, rows from merged_parts where segment = ''
       ) p
       where reading in (select id from mine)
         and bucket < coalesce((select at from watermark), 'infinity'::timestamptz)
       group by bucket
     ),
     summed as (select bucket, sum(rows) over (order by bucket desc) as after from counted)
     select coalesce(
       (select max(bucket) from summed where after >= $3), (select min(bucket) from summed)
     ) as "from"`,
    [wanted.model, wanted.topic, wanted.rows],
  )
  return rows[0]?.from ?? null
}
