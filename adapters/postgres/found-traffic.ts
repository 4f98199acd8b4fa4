import { type Traffic, trafficSchema } from '../../contracts/traffic.ts'
import type { Db } from './pool.ts'

/** A state of a rollout target that no release had made. */
export interface FoundTraffic {
  readonly id: string
  /** Null: nothing was known before. */
  readonly expected: Traffic | null
  readonly found: Traffic
  readonly generation: string
  readonly foundAt: Date
}

interface Row {
  readonly id: string
  readonly expected: unknown
  readonly found: unknown
  readonly generation: string
  readonly foundAt: Date
}

const columns = 'id, expected, found, generation, found_at as "foundAt"'

/** Written down once: of a model at most one is open, and of two who find the same the first stays. */
export async function insertFound(
  db: Db,
  model: string,
  found: Omit<FoundTraffic, 'id'>,
  endedAs: 'first' | null,
): Promise<void> {
  await db.query(
    `insert into found_traffic (model, expected, found, generation, found_at, ended_as, ended_at)
     select $1::text, $2::jsonb, $3::jsonb, $4::text, $5::timestamptz, $6::text, $7::timestamptz
     where $6::text is null or not exists (select from found_traffic where model = $1)
     on conflict do nothing`,
    [
      model,
      found.expected === null ? null : JSON.stringify(found.expected),
      JSON.stringify(found.found),
      found.generation,
      found.foundAt,
      endedAs,
      endedAs && found.foundAt,
    ],
  )
}

/** What is so now, with nobody having said anything; null: nothing. */
export async function openFound(db: Db, model: string): Promise<FoundTraffic | null> {
  const { rows } = await db.query<Row>(
    `select ${columns} from found_traffic where model = $1 and ended_as is null`,
    [model],
  )
  return rows[0] === undefined ? null : parsed(rows[0])
}

/** What no release put there and holds all the same: since the first look, or since a person acknowledged it. */
export async function adoptedFound(
  db: Db,
  model: string,
): Promise<{ readonly traffic: Traffic; readonly since: Date } | null> {
  const { rows } = await db.query<{ found: unknown; since: Date }>(
    `select found, ended_at as since from found_traffic
     where model = $1 and ended_as in ('first', 'accepted') order by id desc limit 1`,
    [model],
  )
  const row = rows[0]
  return row === undefined ? null : { traffic: trafficSchema.parse(row.found), since: row.since }
}

/** The latest move by hand that was found after `at`, however it ended; null: none was. */
export async function movedSince(db: Db, model: string, at: Date): Promise<FoundTraffic | null> {
  const { rows } = await db.query<Row>(
    `select ${columns} from found_traffic
     where model = $1 and found_at > $2 and ended_as is distinct from 'first'
     order by id desc limit 1`,
    [model, at],
  )
  return rows[0] === undefined ? null : parsed(rows[0])
}

export interface EndOfFound {
  readonly as: 'accepted' | 'back' | 'moved'
  readonly at: Date
  /** Name of whoever acknowledged it. */
  readonly by?: string
}

/** The first end stays; whether it was this one. */
export async function endFound(db: Db, id: string, { as, at, by }: EndOfFound): Promise<boolean> {
  const { rowCount } = await db.query(
    `update found_traffic set ended_as = $2, ended_at = $3, accepted_by = $4
     where id = $1 and ended_as is null`,
    [id, as, at, by ?? null],
  )
  return rowCount === 1
}

const parsed = (row: Row): FoundTraffic => ({
  ...row,
  expected: row.expected === null ? null : trafficSchema.parse(row.expected),
  found: trafficSchema.parse(row.found),
})
