import type { BackfillPlan } from '../../contracts/backfill.ts'
import type { Db } from './pool.ts'

/** Records what shall be read. Asked for again, it is what is left of it. */
export async function recordBackfill(
  db: Db,
  { reading, since, partitions }: BackfillPlan & { readonly reading: string },
): Promise<void> {
  const wanted = Object.fromEntries(
    partitions.map(({ partition, from, to }) => [partition, [from, to]]),
  )
  await db.query(
    `insert into backfills (reading, windows_from, partitions) values ($1, $2, $3)
     on conflict (reading, windows_from) do update
       set partitions = excluded.partitions, asked_at = now(), ended_at = null`,
    [reading, since, JSON.stringify(wanted)],
  )
}

/**
 * Ends a backfill whose every partition begins at or below what was wanted: windows from there on are in the reading.
 * False: retention was faster in one of them.
 */
export async function endBackfill(db: Db, reading: string, since: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `with ended as (
       update backfills b set ended_at = now()
       where reading = $1 and windows_from = $2 and not exists (
         select from jsonb_each(b.partitions) w
         join ledger_heads h on h.reading = b.reading and h.partition = w.key::int
         where h.began > (w.value->>0)::bigint)
       returning reading, windows_from
     )
     update readings r set windows_from = case when r.windows_from > e.windows_from
       then e.windows_from else r.windows_from end
     from ended e where r.id = e.reading`,
    [reading, since],
  )
  return rowCount === 1
}

/** How far a backfill has come. */
export interface BackfillState {
  readonly reading: string
  readonly since: Date
  /** Offsets that were wanted, and how many of them were read. */
  readonly wanted: number
  readonly read: number
  readonly slices: number
  readonly good: number
  readonly bad: number
  readonly foreign: number
  readonly lost: number
  readonly ended: boolean
}

/** The last backfill that was asked for of a model, of any of its readings; null when none was. */
export async function lastBackfill(db: Db, model: string): Promise<BackfillState | null> {
  const { rows } = await db.query<
    Record<'wanted' | 'read' | 'good' | 'bad' | 'foreign' | 'lost', string> &
      Pick<BackfillState, 'reading' | 'since' | 'slices' | 'ended'>
  >(
    `with last as (
       select b.* from backfills b join readings r on r.id = b.reading
       where r.model = $1 order by b.asked_at desc limit 1
     ), wanted as (
       select l.reading, w.key::int as partition, (w.value->>0)::bigint as "from", (w.value->>1)::bigint as "to"
       from last l cross join jsonb_each(l.partitions) w
     ), counted as (
       select count(*)::int as slices, coalesce(sum(s.good), 0) as good, coalesce(sum(s.bad), 0) as bad,
              coalesce(sum(s.foreign_rows), 0) as foreign, coalesce(sum(s.lost), 0) as lost
       from wanted w join ledger_slices s using (reading, partition)
       where s.from_offset >= w."from" and s.to_offset <= w."to"
     ), passed as (
       select coalesce(sum(w."to" - w."from"), 0) as wanted,
              coalesce(sum(w."to" - greatest(least(h.began, w."to"), w."from")), 0) as read
       from wanted w join ledger_heads h using (reading, partition)
     )
     select l.reading, l.windows_from as since, l.ended_at is not null as ended, p.*, c.*
     from last l cross join passed p cross join counted c`,
    [model],
  )
  const [row] = rows
  if (row === undefined) return null
  const { wanted, read, good, bad, foreign, lost, ...rest } = row
  return {
    ...rest,
    ...{ wanted: Number(wanted), read: Number(read) },
    ...{ good: Number(good), bad: Number(bad), foreign: Number(foreign), lost: Number(lost) },
  }
}
