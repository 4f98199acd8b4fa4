import type { LabelStanding } from '../../contracts/performance.ts'
import type { Db } from './pool.ts'

/** Labels that are looked at, the newest ones. */
const mostLabels = 10_000

/**
 * Where the labels of a model stand: the watermark of its last measure, and of those read since yesterday, at most
 * 10,000, how many have no prediction that is kept. Null: none was ever read.
 */
export async function labelStandingOf(db: Db, model: string): Promise<LabelStanding | null> {
  const { rows } = await db.query<{
    topic: string
    watermark: string | null
    readUpTo: Date | null
    labels: number
    unmatched: number
  }>(
    `select r.topic,
            (select report ->> 'watermark' from performances where model = $1
             order by labels_at desc, window_start desc limit 1) as watermark,
            (select max(committed_at) from ledger_slices s where s.reading = r.id) as "readUpTo",
            count(l.id)::int as labels,
            count(l.id) filter (where not exists (
              select from predictions p where p.id = l.id and p.reading in
                (select number from readings where model = $1 and content = 'predictions')))::int as unmatched
     from (select id, number, topic from readings where model = $1 and content = 'labels'
           order by created_at desc, id limit 1) r
     left join lateral (
       select id from labels where reading = r.number and read_on >= (now() at time zone 'UTC')::date - 1
       limit ${mostLabels}) l on true
     group by r.id, r.topic`,
    [model],
  )
  const [row] = rows
  if (row === undefined) return null
  const { readUpTo, ...rest } = row
  return { ...rest, readAt: readUpTo?.toISOString() ?? null }
}
