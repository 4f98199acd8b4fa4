import type { Db } from './pool.ts'

/**
 * Distinct predictions with a label of a reading (its number) whose event time is `since` or later, and the latest such
 * time. What was withdrawn since does not count.
 */
export async function countedLabels(
  db: Db,
  reading: number,
  since: Date,
): Promise<{ labels: number; upTo: Date | null }> {
  const { rows } = await db.query<{ labels: string; upTo: Date | null }>(
    `select count(*) as labels, max(at) as "upTo" from (
       select distinct on (id) at, value, class from labels where reading = $1 and at >= $2
       order by id, at desc, partition desc, "offset" desc) l
     where value is not null or class is not null`,
    [reading, since],
  )
  return { labels: Number(rows[0]?.labels), upTo: rows[0]?.upTo ?? null }
}
