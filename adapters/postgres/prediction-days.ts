import type pg from 'pg'
import { transaction } from './pool.ts'
import { tableOf } from './prediction-counts.ts'
import type { KeptPredictions } from './prediction-rows.ts'

/**
 * Makes the tables of the days that rows lie in, and notes that rows come; beyond some hundred tables of days that are not
 * about now, the rows of others share one. Called before a transaction that inserts,
 * never inside one, as `ensurePartitions`.
 */
export async function ensurePredictionDays(
  pool: pg.Pool,
  kept: readonly (KeptPredictions | null)[],
): Promise<void> {
  const days = new Set(kept.flatMap((each) => each?.days ?? []))
  if (days.size === 0) return
  // One statement each: a day that somebody else makes now is waited for with nothing held.
  for (const day of [...days].sort((left, right) => left - right)) {
    await pool.query('select ensure_prediction_day($1)', [dateOf(day)])
  }
}

/** Days that ended, and into which no row came, since a moment; the oldest first, as `YYYY-MM-DD`. */
export async function idleDays(pool: pg.Pool, since: Date): Promise<string[]> {
  const { rows } = await pool.query<{ day: string }>(
    `select day::text from prediction_days
     where day < ($1 at time zone 'UTC')::date and written_at < $1 order by day`,
    [since],
  )
  return rows.map(({ day }) => day)
}

/**
 * Removes the rows of a day, with its table where it has one, and notes how many they were at what brought them, in one transaction. Returns how many;
 * null: rows came into it since, or somebody else was faster.
 */
export async function dropDay(pool: pg.Pool, day: string, since: Date): Promise<number | null> {
  return transaction(pool, async (db) => {
    const { rows: found } = await db.query<{ own: boolean }>(
      'select own from prediction_days where day = $1 and written_at < $2 for update',
      [day, since],
    )
    if (found[0] === undefined) return null
    const { own } = found[0]
    const table = own ? tableOf(day) : 'predictions_other'
    const isOfDay = `at >= '${day}'::timestamp at time zone 'UTC'
      and at < ('${day}'::date + 1)::timestamp at time zone 'UTC'`
    await db.query(
      `create temp table gone on commit drop as
       select r.id as reading, p.partition, p.from_offset, p.repair, count(*) as rows
       from ${table} p join readings r on r.number = p.reading where ${isOfDay}
       group by r.id, p.partition, p.from_offset, p.repair`,
    )
    await db.query(
      `update ledger_slices s set lifted_predictions = s.lifted_predictions + g.rows from gone g
       where s.reading = g.reading and s.partition = g.partition and s.from_offset = g.from_offset
         and g.repair = 0`,
    )
    await db.query(
      `update ledger_repairs r set lifted_predictions = r.lifted_predictions + g.rows from gone g
       where r.reading = g.reading and r.number = g.repair and g.repair > 0`,
    )
    await db.query(
      `update joins j set lifted_predictions = j.lifted_predictions + g.rows from gone g
       where j.reading = g.reading and g.partition = -1 and j.number = g.from_offset + 1`,
    )
    const { rows } = await db.query<{ rows: string }>(
      'select coalesce(sum(rows), 0) as rows from gone',
    )
    await db.query(own ? `drop table ${table}` : `delete from ${table} where ${isOfDay}`)
    await db.query('delete from prediction_counts where day = $1', [day])
    await db.query('delete from prediction_days where day = $1', [day])
    return Number(rows[0]?.rows)
  })
}

const dateOf = (startMs: number): string => new Date(startMs).toISOString().slice(0, 10)
