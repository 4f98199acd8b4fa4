import type pg from 'pg'
import { type Db, transaction } from './pool.ts'

/** What brings rows of predictions, with what it says of them: `number` is that of its reading. */
export const origins = `
  select r.number, s.partition, s.from_offset, 0 as repair, s.good + s.more_rows - s.halves as counted,
         s.predictions as kept, s.prediction_rate as rate, s.lifted_predictions as lifted
  from ledger_slices s join readings r on r.id = s.reading
  union all
  select r.number, p.partition, p.from_offset, p.number, p.good + p.more_rows - p.halves, p.predictions,
         p.prediction_rate, p.lifted_predictions
  from ledger_repairs p join readings r on r.id = p.reading
  union all
  select r.number, -1, j.number - 1, 0, j.rows, j.predictions, j.prediction_rate, j.lifted_predictions
  from joins j join readings r on r.id = j.reading where j.joined_at is not null`

/** Rows by what brought them, and of a sample those that do not belong to it; `told` are the origins. */
const counted = (table: string) => `
  select p.reading, p.partition, p.from_offset, p.repair, count(*) as rows,
         -- The id itself, or the digest that stands for it.
         count(*) filter (where t.rate < 1 and (
           'x' || case when p.id ~ '^sha256:[0-9a-f]{64}$' then substr(p.id, 8, 8)
             else encode(substr(sha256(convert_to(p.id, 'UTF8')), 1, 4), 'hex') end
         )::bit(32)::bigint >= t.rate * 4294967296) as outside
  from ${table} p
  left join told t on t.number = p.reading and t.partition = p.partition and t.from_offset = p.from_offset
    and t.repair = p.repair`
const byOrigin = 'group by p.reading, p.partition, p.from_offset, p.repair'

/** How the rows of predictions are counted: from tables, or as a count of their day came out before. */
export interface CountedDays {
  readonly tables: readonly string[]
  /** Days whose table is as it was when it was counted, as `YYYY-MM-DD`. */
  readonly kept: readonly string[]
}

/** `deep`: every table is counted. */
export async function countedDays(db: Db, deep: boolean): Promise<CountedDays> {
  const { rows } = await db.query<{ name: string; day: string | null }>(
    `select c.relname as name,
            case when d.mark = prediction_mark(d.day) and not $1 then d.day::text end as day
     from pg_inherits i join pg_class c on c.oid = i.inhrelid
     left join prediction_days d on d.own and c.relname = 'predictions_' || to_char(d.day, 'YYYYMMDD')
     where i.inhparent = 'predictions'::regclass order by c.relname`,
    [deep],
  )
  return {
    tables: rows.flatMap(({ name, day }) => (day === null ? [name] : [])),
    kept: rows.flatMap(({ day }) => day ?? []),
  }
}

/** Rows of a reading (its number is $1) by what brought them; days that were counted before are $2. */
export const rowsThere = ({ tables }: CountedDays): string => `
  select reading, partition, from_offset, repair, sum(rows) as rows, sum(outside) as outside from (
    select reading, partition, from_offset, repair, rows, outside from prediction_counts
    where reading = $1 and day = any($2::date[])
    ${tables.map((table) => `union all ${counted(pgName(table))} where p.reading = $1 ${byOrigin}`).join('\n')}) as each
  group by reading, partition, from_offset, repair`

/** Days that nobody has written into since a moment, and that are to be counted: not yet, or not since they changed. */
export async function daysToCount(db: Db, since: Date): Promise<string[]> {
  const { rows } = await db.query<{ day: string }>(
    `select day::text from prediction_days
     where own and written_at < $1 and mark is distinct from prediction_mark(day) order by day`,
    [since],
  )
  return rows.map(({ day }) => day)
}

/**
 * Counts the rows of a day, and keeps that until somebody writes into it. Nobody waits for it: whoever writes meanwhile
 * takes away what it would keep. False: somebody did, or the day is gone.
 */
export async function countDay(pool: pg.Pool, day: string, since: Date): Promise<boolean> {
  return transaction(pool, async (db) => {
    // Before the count: what changes during it makes another mark. Who drops the day waits, who writes does not.
    const { rows } = await db.query<{ mark: string | null }>(
      `select prediction_mark(day) as mark from prediction_days
       where day = $1 and own and written_at < $2 for key share`,
      [day, since],
    )
    const mark = rows[0]?.mark ?? null
    if (mark === null) return false
    await db.query('delete from prediction_counts where day = $1', [day])
    await db.query(
      `with told as (${origins})
       insert into prediction_counts (day, reading, partition, from_offset, repair, rows, outside)
       select $1, c.* from (${counted(pgName(tableOf(day)))} ${byOrigin}) as c`,
      [day],
    )
    const { rowCount } = await db.query(
      'update prediction_days set mark = $3 where day = $1 and written_at < $2',
      [day, since, mark],
    )
    return rowCount === 1
  })
}

/** The table of a day that has one. */
export const tableOf = (day: string): string => `predictions_${day.replaceAll('-', '')}`

const pgName = (table: string): string => `"${table.replaceAll('"', '""')}"`
