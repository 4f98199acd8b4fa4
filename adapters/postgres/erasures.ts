import type pg from 'pg'
import {
  type ErasedCount,
  type ErasureNeedle,
  type ErasurePlace,
  type ErasureView,
  erasurePlaces,
} from '../../contracts/erasure.ts'
import type { Db } from './pool.ts'

/** Of the lock that whoever stores what was read shares, and whoever asks for an erasure has alone. */
const lock = 7_014_041

/** The number of the last erasure, of whatever model; 0 without one. */
export async function lastErasure(db: Db): Promise<number> {
  const { rows } = await db.query<{ last: string }>(
    'select coalesce(max(number), 0) as last from erasures',
  )
  return Number(rows[0]?.last)
}

/**
 * Within a transaction that stores what was read: whether nothing was erased after that number. Until the transaction ends
 * nothing is, so that what it stores is seen by every later erasure.
 */
export async function nothingErasedSince(client: pg.PoolClient, number: number): Promise<boolean> {
  await shareErasures(client)
  return (await lastErasure(client)) === number
}

/** Nobody begins an erasure until the transaction ends. */
export async function shareErasures(client: pg.PoolClient): Promise<void> {
  await client.query('select pg_advisory_xact_lock_shared($1)', [lock])
}

/** Whoever stores what was read waits until the transaction ends, and then knows of the erasure. */
export async function lockErasures(client: pg.PoolClient): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [lock])
}

/** What of these rows was kept once, is not there any more, and at which rate of ids: as what brought them has it. */
export function keptAndErased(
  kept: { readonly rows: number; readonly erased: number; readonly rate: number } | null,
): [number, number, number | null] {
  return kept === null ? [0, 0, null] : [kept.rows + kept.erased, kept.erased, kept.rate]
}

export interface ErasedIdRow {
  readonly number: number
  readonly digest: string
  readonly needles: readonly ErasureNeedle[]
}

/** Erasures of a model after one number and up to another. */
export async function erasuresOf(
  db: Db,
  model: string,
  { after = 0, upTo }: { readonly after?: number; readonly upTo: number },
): Promise<ErasedIdRow[]> {
  const { rows } = await db.query<Omit<ErasedIdRow, 'number'> & { number: string }>(
    `select number, id_digest as digest, needles from erasures
     where model = $1 and number > $2 and number <= $3 order by number`,
    [model, after, upTo],
  )
  return rows.map(({ number, ...row }) => ({ number: Number(number), ...row }))
}

/** Whether the parts of a model's readings are to be left alone: something is being erased from them. */
export async function isErasing(db: Db, model: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'select from erasures_at_work join erasures using (number) where model = $1 limit 1',
    [model],
  )
  return rowCount !== 0
}

export interface AskedErasure {
  readonly model: string
  readonly id: string
  readonly digest: string
  readonly needles: readonly ErasureNeedle[]
  readonly person: string
  readonly name: string
  readonly reason: string
  readonly at: Date
}

/**
 * Puts an erasure on record, and its id where its work finds it; the lock is held. One of the same id that is not done yet
 * is that one. Returns its number.
 */
export async function recordErasure(client: pg.PoolClient, asked: AskedErasure): Promise<number> {
  const { model, id, digest, needles, person, name, reason, at } = asked
  const { rows: going } = await client.query<{ number: string }>(
    `select number from erasures_at_work join erasures using (number)
     where model = $1 and id_digest = $2`,
    [model, digest],
  )
  if (going[0] !== undefined) return Number(going[0].number)
  const number = (await lastErasure(client)) + 1
  await client.query(
    `insert into erasures (number, model, id_digest, needles, person, name, reason, asked_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [number, model, digest, JSON.stringify(needles), person, name, reason, at],
  )
  // As JSON, which can hold any text.
  await client.query('insert into erasures_at_work (number, id) values ($1, $2)', [
    ...[number, JSON.stringify(id)],
  ])
  return number
}

/** The id that an erasure is still removing; null: it is done, or is none of this model. */
export async function idAtWork(db: Db, model: string, number: number): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    'select id from erasures_at_work join erasures using (number) where number = $1 and model = $2',
    [number, model],
  )
  return rows[0] === undefined ? null : (JSON.parse(rows[0].id) as string)
}

/** What a step removed; nothing is noted of nothing. */
export async function noteErased(
  db: Db,
  number: number,
  place: ErasurePlace,
  rows: number,
): Promise<void> {
  if (rows === 0) return
  await db.query('insert into erased_rows (number, place, rows) values ($1, $2, $3)', [
    ...[number, place, rows],
  ])
}

/** Nothing holds the id any more: it goes itself. */
export async function endErasure(client: pg.PoolClient, number: number): Promise<void> {
  await client.query('delete from erasures_at_work where number = $1', [number])
  await client.query('insert into ended_erasures (number) values ($1) on conflict do nothing', [
    number,
  ])
}

/** Erasures of a model, the newest first; of one number or of one id where it is asked for. */
export async function listErasures(
  db: Db,
  model: string,
  { number = null, digest = null }: { number?: number | null; digest?: string | null } = {},
): Promise<ErasureView[]> {
  const { rows } = await db.query<{
    number: string
    idDigest: string
    person: string
    reason: string
    askedAt: Date
    endedAt: Date | null
    removed: Record<ErasurePlace, number> | null
  }>(
    `select e.number, e.id_digest as "idDigest", e.name as person, e.reason, e.asked_at as "askedAt",
            d.ended_at as "endedAt",
            (select jsonb_object_agg(place, rows) from (
               select place, sum(rows) as rows from erased_rows r where r.number = e.number group by place) p) as removed
     from erasures e left join ended_erasures d using (number)
     where e.model = $1 and ($2::bigint is null or e.number = $2) and ($3::text is null or e.id_digest = $3)
     order by e.number desc limit 1000`,
    [model, number, digest],
  )
  return rows.map(({ number, askedAt, endedAt, removed, ...row }) => ({
    ...row,
    number: Number(number),
    askedAt: askedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    removed: inOrder(removed ?? {}),
  }))
}

const inOrder = (rows: Partial<Record<ErasurePlace, number>>): ErasedCount[] =>
  erasurePlaces.flatMap((place) => {
    const count = Number(rows[place] ?? 0)
    return count === 0 ? [] : [{ place, rows: count }]
  })

/**
 * Since when a sample that the verdict on a window rests on lacks a row that was erased: it may not be judged again to the
 * same bytes. Null: none does.
 */
export async function erasedSince(db: Db, model: string, start: Date): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>('select erased_since($1, $2) as at', [
    ...[model, start],
  ])
  return rows[0]?.at ?? null
}
