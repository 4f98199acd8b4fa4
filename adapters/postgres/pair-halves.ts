import type pg from 'pg'
import { eachOfCursor } from './cursor.ts'
import { inPlace, placesOf } from './cut-places.ts'
import type { Join } from './joins.ts'
import { type Db, transaction } from './pool.ts'
import { rowRules } from './row-cipher.ts'

/** A half as it is stored; where it came from says at which join it is there first. */
export interface HalfRow {
  readonly partition: number
  readonly offset: bigint
  readonly place: number
  readonly repair: number
  readonly request: boolean
  readonly id: string
  readonly timeMs: number
  readonly version: string
  readonly values: string
  readonly digest: Uint8Array | null
}

/**
 * The halves that a join can see of every id of which one is there for the first time, id by id. `before`: the join
 * before it.
 */
export async function eachTouchedHalf(
  pool: pg.Pool,
  reading: string,
  { join, before }: { readonly join: Join; readonly before: Join | null },
  onHalf: (half: HalfRow) => void,
  signal?: AbortSignal,
): Promise<void> {
  const none = { began: {}, cut: {}, repairs: 0 }
  const last = before ?? none
  await transaction(pool, async (db) => {
    const { cipher } = await rowRules(db, { reading })
    await db.query(
      `declare touched no scroll cursor for
       with now as (${placesOf('$2', '$3')}), last as (${placesOf('$5', '$6')}),
       fresh as (
         select distinct h.id from halves h join now using (partition) left join last using (partition)
         where h.reading = $1 and ${inPlace('now', '$4')}
           and not coalesce(${inPlace('last', '$7')}, false)
       )
       select h.partition, h."offset", h.place, h.repair, h.request, h.id, h.at_ms as "timeMs", h.version, h."values", h.digest,
              h.key_id
       from halves h join now using (partition) join fresh using (id)
       where h.reading = $1 and ${inPlace('now', '$4')}
       order by h.id collate "C"`,
      [
        ...[reading, JSON.stringify(join.began), JSON.stringify(join.cut), join.repairs],
        ...[JSON.stringify(last.began), JSON.stringify(last.cut), last.repairs],
      ],
    )
    type Row = Omit<HalfRow, 'offset'> & Record<'offset', string> & { key_id: string | null }
    const onRow = ({ key_id: keyId, ...row }: Row) =>
      onHalf({
        ...row,
        values: cipher.openText('halves.values', row.values, keyId),
        offset: BigInt(row.offset),
        repair: Number(row.repair),
        timeMs: Number(row.timeMs),
        id: JSON.parse(row.id) as string,
      })
    await eachOfCursor<Row>(db, 'touched', onRow, signal)
  })
}

/** What a join lets go of: it follows from the cuts alone. */
export interface PastHalves {
  readonly join: Join
  /** Of ids that have both halves by this join, nothing is kept any more. */
  readonly settled: Join | null
  /** Of halves that were there by this join, nothing is kept any more. */
  readonly forgotten: Join | null
}

/** Only halves that the join could see are looked at: what others read meanwhile changes nothing. */
export async function removeHalves(
  db: Db,
  reading: string,
  { join, settled, forgotten }: PastHalves,
): Promise<void> {
  if (settled !== null) {
    await db.query(
      `with now as (${placesOf('$2', '$3')}), old as (${placesOf('$5', '$6')}),
       done as (
         select h.id from halves h join now using (partition) left join old using (partition)
         where h.reading = $1 and ${inPlace('now', '$4')}
         group by h.id
         having bool_and(coalesce(${inPlace('old', '$7')}, false))
           and bool_or(h.request) and bool_or(not h.request)
       )
       delete from halves h using done, now
       where h.reading = $1 and h.id = done.id and h.partition = now.partition and ${inPlace('now', '$4')}`,
      [
        ...[reading, JSON.stringify(join.began), JSON.stringify(join.cut), join.repairs],
        ...[JSON.stringify(settled.began), JSON.stringify(settled.cut), settled.repairs],
      ],
    )
  }
  if (forgotten === null) return
  await db.query(
    `with old as (${placesOf('$2', '$3')})
     delete from halves h using old
     where h.reading = $1 and h.partition = old.partition and ${inPlace('old', '$4')}`,
    [
      ...[reading, JSON.stringify(forgotten.began), JSON.stringify(forgotten.cut)],
      forgotten.repairs,
    ],
  )
}
