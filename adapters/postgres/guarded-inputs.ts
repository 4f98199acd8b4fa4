import type { Db } from './pool.ts'

/** A guard that has said nothing for so long and has not ended was killed, or cannot reach PostgreSQL. */
const silentAfter = `interval '60 seconds'`

export interface GuardedRow {
  readonly segment: string
  readonly outcome: string
  /** '': each input once. */
  readonly cause: string
  readonly inputs: number
}

/** Inputs whose event time lies in [start, end), by segment, outcome and cause. */
export async function guardedInputs(
  db: Db,
  model: string,
  { start, end }: { readonly start: Date; readonly end: Date },
): Promise<GuardedRow[]> {
  const { rows } = await db.query<GuardedRow>(
    `select segment, outcome, cause, sum(inputs)::float8 as inputs from guard_counts
     where model = $1 and bucket >= $2 and bucket < $3
     group by 1, 2, 3 order by 1, 2, 3`,
    [model, start, end],
  )
  return rows
}

/** When guards that were killed had counted last, within a time: what each judged in the second after is missing. */
export async function killedGuards(
  db: Db,
  { start, end }: { readonly start: Date; readonly end: Date },
): Promise<Date[]> {
  const { rows } = await db.query<{ at: Date }>(
    `select last_at as at from guards
     where ended_at is null and last_at < now() - ${silentAfter} and last_at >= $1 and last_at < $2
     order by last_at`,
    [start, end],
  )
  return rows.map(({ at }) => at)
}

export async function guardStanding(db: Db): Promise<{ running: number; killed: number }> {
  const { rows } = await db.query<{ running: number; killed: number }>(
    `select count(*) filter (where last_at >= now() - ${silentAfter})::int as running,
       count(*) filter (where last_at < now() - ${silentAfter})::int as killed
     from guards where ended_at is null`,
  )
  return rows[0] ?? { running: 0, killed: 0 }
}

/** All inputs of each model that were ever counted, by outcome and cause. */
export async function guardedTotals(
  db: Db,
): Promise<({ readonly model: string } & Omit<GuardedRow, 'segment'>)[]> {
  const { rows } = await db.query<{ model: string } & Omit<GuardedRow, 'segment'>>(
    'select model, outcome, cause, inputs::float8 as inputs from guard_totals order by 1, 2, 3',
  )
  return rows
}

export interface GuardedSpan {
  /** Start of the span, milliseconds since 1970. */
  readonly startMs: number
  readonly judged: number
  readonly refused: number
}

/** Inputs by spans of so many minutes that end with `until`, the oldest first; spans without an input are left out. */
export async function guardedSpans(
  db: Db,
  model: string,
  { from, until, minutes }: { readonly from: Date; readonly until: Date; readonly minutes: number },
): Promise<GuardedSpan[]> {
  const { rows } = await db.query<{ start: Date; judged: number; refused: number }>(
    `select date_bin(make_interval(mins => $4), minute, $3) as start,
       sum(judged)::float8 as judged, sum(refused)::float8 as refused
     from guard_minutes where model = $1 and minute >= $2 and minute < $3
     group by 1 order by 1`,
    [model, from, until, minutes],
  )
  return rows.map(({ start, ...row }) => ({ startMs: start.getTime(), ...row }))
}
