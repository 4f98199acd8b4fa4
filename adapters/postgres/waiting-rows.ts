import type pg from 'pg'
import { eachOfCursor } from './cursor.ts'
import { inPlace, placesOf } from './cut-places.ts'
import { digestBytes } from './halves.ts'
import type { Join } from './joins.ts'
import { type Db, transaction } from './pool.ts'
import { rowRules } from './row-cipher.ts'

/** A whole prediction that waits for its join; rows of one id have one key. */
export interface WaitingRow {
  readonly key: string
  readonly partition: number
  readonly offset: bigint
  readonly place: number
  readonly id: string
  readonly timeMs: number
  readonly version: string
  readonly values: string
  readonly digest: Uint8Array | null
}

/** The first row of an id in a partition, of an earlier join. */
export interface JoinedId {
  readonly key: string
  readonly partition: number
  readonly timeMs: number
  /** As `contentDigest`, in hexadecimal. */
  readonly content: string
}

export interface RowPlace {
  readonly partition: number
  readonly offset: bigint
  readonly place: number
}

const digestOf = (text: string) => `substr(sha256(convert_to(${text}, 'UTF8')), 1, ${digestBytes})`
const keyOfHalf = digestOf('h.id')
/** The same as its callers take of version and values, with a line end between. */
const contentOfHalf = `coalesce(h.content, ${digestOf(`h.version || chr(10) || h."values"`)})`

/**
 * The predictions that wait below the cut of a join, id by id, each id after what is known of it: of joins whose windows end
 * at most so long before this one's.
 */
export async function eachWaitingRow(
  pool: pg.Pool,
  reading: { readonly id: string; readonly number: number },
  { join, withinMs }: { readonly join: Join; readonly withinMs: number },
  on: { readonly known: (id: JoinedId) => void; readonly waiting: (row: WaitingRow) => void },
  signal?: AbortSignal,
): Promise<void> {
  await transaction(pool, async (db) => {
    const { cipher } = await rowRules(db, { reading: reading.id })
    await db.query(
      `declare waiting no scroll cursor for
       with now as (${placesOf('$2', '$3')}),
       waiting as materialized (
         select ${keyOfHalf} as key, h.partition, h."offset", h.place, h.id, h.at_ms, h.version, h."values", h.digest,
                h.key_id
         from halves h join now using (partition)
         where h.reading = $1 and ${inPlace('now', '$4')}
       ), known as (
         select k.key, k.partition, k.at_ms, k.content
         from joined_ids k join joins j on j.reading = $1 and j.number = k.number
         where k.reading = $5 and j.window_end >= $6 and k.key in (select key from waiting)
       )
       select encode(key, 'hex') collate "C" as key, partition, "offset", place, id, at_ms as "timeMs", version, "values",
              digest, key_id, null as content
       from waiting
       union all
       select encode(key, 'hex') collate "C", partition, null, null, null, at_ms, null, null, null, null,
              encode(content, 'hex')
       from known
       order by key, "offset" nulls first`,
      [
        ...[reading.id, JSON.stringify(join.began), JSON.stringify(join.cut), join.repairs],
        ...[reading.number, new Date(join.windowEnd.getTime() - withinMs)],
      ],
    )
    type Row = Omit<WaitingRow, 'offset'> & {
      offset: string | null
      key_id: string | null
      content: string
    }
    const onRow = ({ key, partition, timeMs: at, offset, content, ...row }: Row) => {
      const timeMs = Number(at)
      if (offset === null) on.known({ key, partition, timeMs, content })
      else {
        on.waiting({
          key,
          partition,
          offset: BigInt(offset),
          place: row.place,
          id: JSON.parse(row.id) as string,
          timeMs,
          version: row.version,
          values: cipher.openText('halves.values', row.values, row.key_id),
          digest: row.digest,
        })
      }
    }
    await eachOfCursor<Row>(db, 'waiting', onRow, signal)
  })
}

/**
 * What waited for a join goes, and the first rows of their partitions stay known by their ids: all but those that came
 * `again`. What no later join looks for any more is forgotten.
 */
export async function keepIds(
  db: Db,
  reading: { readonly id: string; readonly number: number; readonly model: string },
  join: Join,
  again: readonly RowPlace[],
): Promise<void> {
  const { rowCount } = await db.query(
    `with now as (${placesOf('$2', '$3')}), joined as (
       delete from halves h using now
       where h.reading = $1 and h.partition = now.partition and ${inPlace('now', '$4')}
       returning h.partition, h."offset", h.place, h.at_ms, ${keyOfHalf} as key, ${contentOfHalf} as content
     )
     insert into joined_ids (reading, number, at_ms, partition, key, content)
     select $5, $6, at_ms, partition, key, content from joined
     where (partition, "offset", place) not in (select * from unnest($7::int[], $8::bigint[], $9::int[]))`,
    [
      ...[reading.id, JSON.stringify(join.began), JSON.stringify(join.cut), join.repairs],
      ...[reading.number, join.number],
      again.map(({ partition }) => partition),
      again.map(({ offset }) => String(offset)),
      again.map(({ place }) => place),
    ],
  )
  await db.query('update joins set ids = $3 where reading = $1 and number = $2', [
    ...[reading.id, join.number, rowCount],
  ])
  // Readings that this one followed forget with it.
  await forgetIds(db, reading.model, join.windowEnd)
}

/**
 * Of every reading of a model, the ids go that no join looks for any more whose window ends then or later. Returns how many.
 */
export async function forgetIds(db: Db, model: string, windowEnd: Date): Promise<number> {
  const { rowCount } = await db.query(
    `with past as (
       select j.reading, j.number, r.number as named
       from joins j
       join readings r on r.id = j.reading
       cross join lateral (
         select (r.definition ->> 'dedupeWithin')::bigint * interval '1 millisecond' as within) d
       where r.model = $1 and j.ids > 0 and j.window_end < $2::timestamptz - d.within
         -- One that is still to be done looks back from its own window.
         and not exists (
           select from joins p where p.reading = j.reading and p.number > j.number and p.joined_at is null
             and p.window_end - d.within <= j.window_end)
     ), forgotten as (
       update joins j set ids = 0 from past p
       where j.reading = p.reading and j.number = p.number and j.ids > 0
       returning p.named, j.number
     )
     delete from joined_ids k using forgotten f where k.reading = f.named and k.number = f.number`,
    [model, windowEnd],
  )
  return rowCount ?? 0
}

/** Models of which ids are kept, and the end of the latest window that was planned of each, in whatever reading. */
export async function modelsWithIds(db: Db): Promise<{ model: string; latest: Date | null }[]> {
  const { rows } = await db.query<{ model: string; latest: Date | null }>(
    `select r.model, (select max(window_end) from cuts c where c.model = r.model) as latest
     from readings r where exists (select from joins j where j.reading = r.id and j.ids > 0)
     group by r.model order by r.model`,
  )
  return rows
}
