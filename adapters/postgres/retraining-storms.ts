import type { Db } from './pool.ts'

export interface Storm {
  readonly id: string
  readonly beganAt: Date
  readonly models: readonly string[]
  readonly needed: number
  readonly fleet: number
}

/** Kinds of incidents that a fault upstream may be behind of, and that would be retrained for. */
const kinds = `kind in ('DRIFT', 'PERFORMANCE')`

/** The storm that holds now; null: none does. */
export async function openStorm(db: Db): Promise<Storm | null> {
  const { rows } = await db.query<Storm>(
    `select id::text, began_at as "beganAt", models, needed, fleet
     from retraining_storms where ended_at is null`,
  )
  return rows[0] ?? null
}

export async function insertStorm(db: Db, storm: Omit<Storm, 'id'>): Promise<void> {
  await db.query(
    `insert into retraining_storms (began_at, models, needed, fleet) values ($1, $2, $3, $4)
     on conflict ((ended_at is null)) where ended_at is null do nothing`,
    [storm.beganAt, storm.models, storm.needed, storm.fleet],
  )
}

/** How many of a storm's models are still bad. */
export async function stillBad(db: Db, { models }: Pick<Storm, 'models'>): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(distinct model)::int as count from incidents
     where state = 'open' and ${kinds} and model = any($1)`,
    [models],
  )
  return rows[0]?.count ?? 0
}

/** False: it had ended already. `by` null: its incidents have ended. */
export async function endStorm(
  db: Db,
  { id }: Pick<Storm, 'id'>,
  at: Date,
  released: { readonly by: string; readonly reason: string } | null,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update retraining_storms set ended_at = $2, released_by = $3, reason = $4
     where id = $1 and ended_at is null`,
    [id, at, released?.by ?? null, released?.reason ?? null],
  )
  return rowCount === 1
}

/**
 * Models with an incident that is open and was opened within so much time of that of `incident` (of `at` where there is
 * none), and after the last storm, which people or quiet have ended with all that belonged to it.
 */
export async function breachingAround(
  db: Db,
  incident: string | null,
  at: Date,
  withinMs: number,
): Promise<string[]> {
  const { rows } = await db.query<{ model: string }>(
    `with centre as (
       select coalesce((select opened_at from incidents where id = $1), $2::timestamptz) as at
     )
     select distinct model from incidents, centre
     where state = 'open' and ${kinds}
       and opened_at between centre.at - $3 * interval '1 ms' and centre.at + $3 * interval '1 ms'
       and opened_at > coalesce((select max(ended_at) from retraining_storms), '-infinity')
     order by model`,
    [incident, at, withinMs],
  )
  return rows.map(({ model }) => model)
}
