import type pg from 'pg'
import type { ScanPlan } from '../../contracts/scan.ts'
import type { Cut } from './parts.ts'
import { type Db, transaction } from './pool.ts'
import { cutOf, findPlan, insertPlan } from './verdicts.ts'

/** A cut of a reading that joins: what waits in [began, cut) and of repairs up to that number is joined at it. */
export interface Join {
  readonly number: number
  readonly began: Cut
  readonly cut: Cut
  readonly repairs: number
  /** The latest end of a window among this cut and those before, of the model in whatever reading. */
  readonly windowEnd: Date
}

interface JoinRow {
  number: string
  began: Cut
  cut: Cut
  repairs: string
  windowEnd: Date
}

const columns = 'number, began, cut, repairs, window_end as "windowEnd"'
const joinOf = (row: JoinRow): Join => ({
  ...row,
  number: Number(row.number),
  repairs: Number(row.repairs),
})

/**
 * Records the plan of a window of a reading that joins unless there is one, and with it the next join of its reading. Its cut is never
 * below an earlier one in any partition, whichever of two scans asked the broker first; plans and repairs of a reading
 * wait for each other. Returns the plan that counts.
 */
export async function recordJoinedPlan(pool: pg.Pool, plan: ScanPlan): Promise<ScanPlan> {
  return transaction(pool, async (db) => {
    await db.query('select from readings where id = $1 for update', [plan.reading])
    const found = await findPlan(db, plan.model, new Date(plan.window.start))
    if (found !== null) return found
    const last = await lastJoin(db, plan.reading)
    const cut = highest(cutOf(plan), last?.cut ?? {})
    const joins = (last?.number ?? 0) + 1
    await insertJoin(db, plan.reading, joins, cut, plan.window.end)
    const partitions = Object.entries(cut).map(([partition, offset]) => ({
      partition: Number(partition),
      cut: offset,
    }))
    return insertPlan(db, { ...plan, joins, partitions })
  })
}

/**
 * A join of what repairs and backfills could read since the last one, at its cut, or that one where they read nothing;
 * null while the ledger is not there yet, or where nothing was joined ever: the next scan will hold it.
 */
export async function recordLaterJoin(pool: pg.Pool, reading: string): Promise<Join | null> {
  return transaction(pool, async (db) => {
    await db.query('select from readings where id = $1 for update', [reading])
    const last = await lastJoin(db, reading)
    if (last === null || !(await isReached(db, reading, last))) return null
    const { rows } = await db.query<{ known: boolean }>(
      `select $2::jsonb = (select jsonb_object_agg(partition, began::text) from ledger_heads where reading = $1)
         and $3 = (select coalesce(max(number), 0) from ledger_repairs where reading = $1) as known`,
      [reading, JSON.stringify(last.began), last.repairs],
    )
    if (rows[0]?.known) return last
    const end = last.windowEnd.toISOString()
    await insertJoin(db, reading, last.number + 1, last.cut, end)
    return lastJoin(db, reading)
  })
}

async function lastJoin(db: Db, reading: string): Promise<Join | null> {
  const { rows } = await db.query<JoinRow>(
    `select ${columns} from joins where reading = $1 order by number desc limit 1`,
    [reading],
  )
  return rows[0] === undefined ? null : joinOf(rows[0])
}

/** The reading is locked: where its partitions begin, and its last repair, are those of this moment. */
async function insertJoin(db: Db, reading: string, number: number, cut: Cut, windowEnd: string) {
  await db.query(
    `insert into joins (reading, number, cut, window_end, began, repairs)
     select $1, $2, $3,
       greatest($4::timestamptz, (select max(window_end) from joins where reading = $1),
         (select max(c.window_end) from readings r join cuts c using (model) where r.id = $1)),
       (select jsonb_object_agg(partition, began::text) from ledger_heads where reading = $1),
       (select coalesce(max(number), 0) from ledger_repairs where reading = $1)`,
    [reading, number, JSON.stringify(cut), windowEnd],
  )
}

/** The number of the last join that holds no repair after a number; 0: there is none. */
export async function lastJoinAt(db: Db, reading: string, repairs: number): Promise<number> {
  const { rows } = await db.query<{ number: string }>(
    'select coalesce(max(number), 0) as number from joins where reading = $1 and repairs <= $2',
    [reading, repairs],
  )
  return Number(rows[0]?.number)
}

/** The first join up to a number that is still to be done; null: all are. */
export async function nextJoin(db: Db, reading: string, upTo: number): Promise<Join | null> {
  const { rows } = await db.query<JoinRow>(
    `select ${columns} from joins where reading = $1 and number <= $2 and joined_at is null
     order by number limit 1`,
    [reading, upTo],
  )
  return rows[0] === undefined ? null : joinOf(rows[0])
}

/** The joins before one, the last first, of so much time before it as is said and one more. */
export async function joinsBefore(
  db: Db,
  reading: string,
  { number, windowEnd }: Join,
  withinMs: number,
): Promise<Join[]> {
  const { rows } = await db.query<JoinRow>(
    `select ${columns} from joins where reading = $1 and number < $2 and number >= (
       select coalesce(max(number), 0) from joins where reading = $1 and number < $2 and window_end <= $3)
     order by number desc`,
    [reading, number, new Date(windowEnd.getTime() - withinMs)],
  )
  return rows.map(joinOf)
}

/** Everything below the cut has been read. */
export async function isReached(db: Db, reading: string, { cut }: Join): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from jsonb_each_text($2) c
     left join ledger_heads h on h.reading = $1 and h.partition = c.key::int
     where coalesce(h.head, 0) < c.value::bigint`,
    [reading, JSON.stringify(cut)],
  )
  return rowCount === 0
}

function highest(left: Cut, right: Cut): Cut {
  const partitions = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort(
    (one, other) => Number(one) - Number(other),
  )
  return Object.fromEntries(
    partitions.map((partition) => {
      const [one, other] = [BigInt(left[partition] ?? 0), BigInt(right[partition] ?? 0)]
      return [partition, String(one > other ? one : other)]
    }),
  )
}
