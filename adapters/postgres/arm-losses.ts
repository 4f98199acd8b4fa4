import type { ArmTally } from '../../contracts/rollout-sums.ts'
import type { Db } from './pool.ts'
import { currentLabelReading, currentReading } from './readings.ts'

/** A version, and since when its answers count. */
export interface ArmSince {
  readonly version: string
  readonly since: Date
}

const none: ArmTally['losses'] = { n: 0, sum: 0, squares: 0 }

/**
 * Squared errors of the scores of answers that have a label by now, of each arm in the order given, from the rows that the
 * scans of log and labels kept; of several labels of an answer the latest one counts. `positive`: the class that is 1,
 * where labels name classes.
 */
export async function armLosses(
  db: Db,
  model: string,
  arms: readonly ArmSince[],
  positive: string | undefined,
): Promise<ArmTally['losses'][]> {
  const reading = await currentReading(db, model)
  const labels = await currentLabelReading(db, model)
  if (reading === null || labels === null) return arms.map(() => none)
  const found: ArmTally['losses'][] = []
  for (const { version, since } of arms) {
    const { rows } = await db.query<ArmTally['losses']>(
      `select count(*)::int as n, coalesce(sum(loss), 0) as sum, coalesce(sum(loss * loss), 0) as squares
       from (
         select (p.score - l.actual) ^ 2 as loss
         from predictions p
         cross join lateral (
           select case when $5::text is null then value
             when value is null and class is null then null
             else (coalesce(class, value::text) = $5)::int end as actual
           from labels where id = p.id and reading = $4
           order by at desc, partition desc, "offset" desc limit 1) l
         where p.reading = $1 and p.version = $2 and p.at >= $3
           and abs(p.score) <= 1e100 and abs(l.actual) <= 1e100) as losses`,
      [reading.number, version, since, labels.number, positive ?? null],
    )
    found.push(rows[0] ?? none)
  }
  return found
}
