import type pg from 'pg'
import { type HousekeepingResult, housekeepingResult } from '../../contracts/storage.ts'
import { type Db, transaction } from './pool.ts'

/**
 * Removes at most so many dead letters that were met before a moment, and notes it at their slices and repairs. Those
 * of a model with an open incident stay. Returns how many.
 */
export async function liftDeadLetters(
  pool: pg.Pool,
  metBefore: Date,
  most: number,
): Promise<number> {
  return transaction(pool, async (db) => {
    const { rows } = await db.query<{
      reading: string
      partition: number
      offset: string
      repair: string | null
    }>(
      `delete from dead_letters where (reading, topic, partition, "offset", at) in (
         select reading, topic, partition, "offset", at from dead_letters d
         where met_at < $1 and not exists (
           select from readings r join incidents i on i.model = r.model and i.state = 'open'
           where r.id = d.reading)
         order by met_at limit $2 for update skip locked)
       returning reading, partition, "offset", repair`,
      [metBefore, most],
    )
    const repaired = rows.filter(({ repair }) => repair !== null)
    await db.query(
      `update ledger_slices s set lifted_letters = s.lifted_letters + t.letters
       from (select s.reading, s.partition, s.from_offset, count(*) as letters
             from unnest($1::text[], $2::int[], $3::bigint[]) as l(reading, partition, place)
             cross join lateral (
               select * from ledger_slices s where s.reading = l.reading and s.partition = l.partition
                 and s.from_offset <= l.place order by s.from_offset desc limit 1) s
             group by 1, 2, 3) t
       where s.reading = t.reading and s.partition = t.partition and s.from_offset = t.from_offset`,
      [
        rows.map(({ reading }) => reading),
        rows.map(({ partition }) => partition),
        rows.map(({ offset }) => offset),
      ],
    )
    await db.query(
      `update ledger_repairs r set lifted_letters = r.lifted_letters + t.letters
       from (select reading, number, count(*) as letters
             from unnest($1::text[], $2::bigint[]) as l(reading, number) group by 1, 2) t
       where r.reading = t.reading and r.number = t.number`,
      [repaired.map(({ reading }) => reading), repaired.map(({ repair }) => repair)],
    )
    return rows.length
  })
}

export async function recordHousekeeping(
  db: Db,
  done: HousekeepingResult,
  endedAt: Date,
): Promise<void> {
  await db.query('insert into housekeepings (ended_at, done) values ($1, $2)', [
    endedAt,
    JSON.stringify(done),
  ])
  await db.query(
    `delete from housekeepings where ended_at < $1::timestamptz - interval '90 days'`,
    [endedAt],
  )
}

/** The last round that ended; null before the first. */
export async function lastHousekeeping(
  db: Db,
): Promise<{ endedAt: Date; done: HousekeepingResult } | null> {
  const { rows } = await db.query<{ endedAt: Date; done: unknown }>(
    'select ended_at as "endedAt", done from housekeepings order by id desc limit 1',
  )
  const [row] = rows
  return row === undefined ? null : { ...row, done: housekeepingResult.parse(row.done) }
}

const kinds = {
  parts: ['parts', 'merged_parts'],
  dead_letters: ['dead_letters'],
  predictions: ['predictions', 'prediction_counts'],
  labels: ['labels', 'label_cuts', 'performances', 'performance_states'],
  estimates: ['estimators', 'estimator_rows', 'estimates'],
  joins: ['halves', 'joined_ids', 'joins', 'join_counts'],
  verdicts: ['verdicts', 'second_looks', 'cuts'],
  ledger: ['ledger_slices', 'ledger_heads', 'ledger_repairs'],
} as const

/** Bytes on disk by kind, indexes and partitions included. */
export async function storedBytes(db: Db): Promise<{ kind: string; bytes: number }[]> {
  const { rows } = await db.query<{ kind: string; bytes: string }>(
    `select k.kind, sum(pg_total_relation_size(coalesce(t.relid, name::regclass))) as bytes
     from jsonb_each($1::jsonb) as k(kind, tables)
     cross join jsonb_array_elements_text(k.tables) as name
     left join lateral pg_partition_tree(name::regclass) as t on true
     group by k.kind order by k.kind`,
    [JSON.stringify(kinds)],
  )
  return rows.map(({ kind, bytes }) => ({ kind, bytes: Number(bytes) }))
}
