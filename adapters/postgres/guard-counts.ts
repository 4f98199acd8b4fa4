import type pg from 'pg'
import { type Db, transaction } from './pool.ts'

/** Inputs that were counted alike. */
export interface GuardCount {
  readonly model: string
  /** Start of the bucket of event time, milliseconds since 1970. */
  readonly bucketMs: number
  readonly segment: string
  readonly outcome: string
  /** '': each input once; else a reason or a repair of theirs. */
  readonly cause: string
  readonly inputs: number
}

export interface GuardMinute {
  readonly model: string
  readonly minuteMs: number
  readonly judged: number
  readonly refused: number
}

/** What a guard counted since its batch before; `number` begins at 1. */
export interface GuardBatch {
  readonly guard: string
  readonly number: number
  readonly counts: readonly GuardCount[]
  readonly minutes: readonly GuardMinute[]
}

export async function startGuard(db: Db, id: string, at: Date): Promise<void> {
  await db.query(
    `insert into guards (id, started_at, last_at) values ($1, $2, $2) on conflict do nothing`,
    [id, at],
  )
}

export async function endGuard(db: Db, id: string, at: Date): Promise<void> {
  await db.query('update guards set ended_at = $2, last_at = $2 where id = $1', [id, at])
}

/** Says that the guard is there although it has nothing to count. */
export async function keepGuard(db: Db, id: string, at: Date): Promise<void> {
  await db.query('update guards set last_at = $2 where id = $1', [id, at])
}

/**
 * Adds a batch, or finds that it was added: whoever does not know whether a commit went through sends it again. False:
 * it was there already.
 */
export async function addGuardBatch(
  pool: pg.Pool,
  { guard, number, counts, minutes }: GuardBatch,
  at: Date,
): Promise<boolean> {
  return transaction(pool, async (db) => {
    const { rowCount } = await db.query(
      'update guards set batch = $2, last_at = $3 where id = $1 and batch = $2 - 1',
      [guard, number, at],
    )
    if (rowCount !== 1) return false
    // In one order everywhere: two guards that write at once wait for each other and never in a circle.
    await db.query(
      `insert into guard_counts (model, bucket, segment, outcome, cause, inputs)
       select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::bigint[])
       order by 1, 2, 3, 4, 5
       on conflict (model, bucket, segment, outcome, cause)
       do update set inputs = guard_counts.inputs + excluded.inputs`,
      [
        counts.map((each) => each.model),
        counts.map((each) => new Date(each.bucketMs)),
        counts.map((each) => each.segment),
        counts.map((each) => each.outcome),
        counts.map((each) => each.cause),
        counts.map((each) => each.inputs),
      ],
    )
    const all = counts.filter(({ segment }) => segment === '')
    await db.query(
      `insert into guard_totals (model, outcome, cause, inputs)
       select model, outcome, cause, sum(inputs)
       from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as c(model, outcome, cause, inputs)
       group by 1, 2, 3 order by 1, 2, 3
       on conflict (model, outcome, cause) do update set inputs = guard_totals.inputs + excluded.inputs`,
      [
        all.map((each) => each.model),
        all.map((each) => each.outcome),
        all.map((each) => each.cause),
        all.map((each) => each.inputs),
      ],
    )
    await db.query(
      `insert into guard_minutes (model, minute, judged, refused)
       select * from unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::bigint[]) order by 1, 2
       on conflict (model, minute) do update
       set judged = guard_minutes.judged + excluded.judged, refused = guard_minutes.refused + excluded.refused`,
      [
        minutes.map((each) => each.model),
        minutes.map((each) => new Date(each.minuteMs)),
        minutes.map((each) => each.judged),
        minutes.map((each) => each.refused),
      ],
    )
    return true
  })
}

/** Removes at most so many counts of buckets that start before a moment. Returns how many; 0: there are no more. */
export const forgetGuardCounts = (db: Db, before: Date, most: number): Promise<number> =>
  remove(
    db,
    `delete from guard_counts where (model, bucket, segment, outcome, cause) in (
       select model, bucket, segment, outcome, cause from guard_counts where bucket < $1
       limit $2 for update skip locked)`,
    [before, most],
  )

/** The same of counts by the minute. */
export const forgetGuardMinutes = (db: Db, before: Date, most: number): Promise<number> =>
  remove(
    db,
    `delete from guard_minutes where (model, minute) in (
       select model, minute from guard_minutes where minute < $1 limit $2 for update skip locked)`,
    [before, most],
  )

/** The same of processes that were last heard of before a moment. */
export const forgetGuards = (db: Db, before: Date, most: number): Promise<number> =>
  remove(
    db,
    `delete from guards where id in (
       select id from guards where last_at < $1 limit $2 for update skip locked)`,
    [before, most],
  )

async function remove(db: Db, sql: string, values: [Date, number]): Promise<number> {
  const { rowCount } = await db.query(sql, values)
  return rowCount ?? 0
}
