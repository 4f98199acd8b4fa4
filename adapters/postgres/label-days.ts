import type pg from 'pg'
import { transaction } from './pool.ts'

/** Days on which labels were read, that ended before a moment; the oldest first, as `YYYY-MM-DD`. */
export async function pastLabelDays(pool: pg.Pool, before: Date): Promise<string[]> {
  const { rows } = await pool.query<{ day: string }>(
    `select to_char(to_date(right(c.relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') as day
     from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'labels'::regclass
       and to_date(right(c.relname, 8), 'YYYYMMDD') < ($1 at time zone 'UTC')::date
     order by 1`,
    [before],
  )
  return rows.map(({ day }) => day)
}

/**
 * Removes the table of a day, and notes at the slices that brought its labels how many they were, in one transaction.
 * Returns how many; 0 where somebody else was faster.
 */
export async function dropLabelDay(pool: pg.Pool, day: string): Promise<number> {
  const table = `labels_${day.replaceAll('-', '')}`
  return transaction(pool, async (db) => {
    await db.query('select pg_advisory_xact_lock(hashtext($1))', [table])
    const { rows } = await db.query<{ found: string | null }>('select to_regclass($1) as found', [
      table,
    ])
    if (rows[0]?.found === null) return 0
    const { rows: gone } = await db.query<{ rows: string }>(
      `with gone as (
         select r.id as reading, l.partition, l.from_offset, l.repair, count(*) as rows
         from ${table} l join readings r on r.number = l.reading
         group by r.id, l.partition, l.from_offset, l.repair
       ), noted as (
         update ledger_slices s set lifted_labels = s.lifted_labels + g.rows from gone g
         where s.reading = g.reading and s.partition = g.partition and s.from_offset = g.from_offset and g.repair = 0
       ), noted_repairs as (
         update ledger_repairs s set lifted_labels = s.lifted_labels + g.rows from gone g
         where s.reading = g.reading and s.number = g.repair
       )
       select coalesce(sum(rows), 0) as rows from gone`,
    )
    await db.query(`drop table ${table}`)
    return Number(gone[0]?.rows)
  })
}
