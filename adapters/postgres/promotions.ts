import type { Db } from './pool.ts'

export interface Promotion {
  readonly id: string
  readonly model: string
  readonly version: string
  /** Null: there was no champion. */
  readonly previousVersion: string | null
  readonly generation: string | null
  readonly askedAt: Date
  readonly movedAt: Date | null
}

const select = `
  select id, model, version, previous_version as "previousVersion", generation,
    asked_at as "askedAt", moved_at as "movedAt" from promotions`

/** Written before the target moves; returns its id. */
export async function insertPromotion(
  db: Db,
  promotion: {
    readonly model: string
    readonly version: string
    readonly previousVersion: string | null
    readonly expectedGeneration: string
  },
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into promotions (model, version, previous_version, expected_generation)
     values ($1, $2, $3, $4) returning id`,
    [promotion.model, promotion.version, promotion.previousVersion, promotion.expectedGeneration],
  )
  return rows[0]!.id
}

/** Of a move that was asked for and came through, though nobody wrote that down. */
export async function markFoundMoved(
  db: Db,
  found: { readonly model: string; readonly version: string; readonly generation: string },
  at: Date,
): Promise<void> {
  await db.query(
    `update promotions set generation = $3, moved_at = $4
     where moved_at is null
       and id = (select id from promotions where model = $1 order by id desc limit 1) and version = $2`,
    [found.model, found.version, found.generation, at],
  )
}

export async function markMoved(db: Db, id: string, generation: string, at: Date): Promise<void> {
  await db.query('update promotions set generation = $2, moved_at = $3 where id = $1', [
    id,
    generation,
    at,
  ])
}

/** The newest one, moved or not; its `previousVersion` is the way back. */
export async function latestPromotion(db: Db, model: string): Promise<Promotion | null> {
  const { rows } = await db.query<Promotion>(
    `${select} where model = $1 order by id desc limit 1`,
    [model],
  )
  return rows[0] ?? null
}

/** The newest one that came through. */
export async function latestMoved(db: Db, model: string): Promise<Promotion | null> {
  const { rows } = await db.query<Promotion>(
    `${select} where model = $1 and moved_at is not null order by id desc limit 1`,
    [model],
  )
  return rows[0] ?? null
}

/** Versions in the order in which they began to serve, with those that were found serving; one may be there twice. */
export async function servedVersions(db: Db, model: string): Promise<string[]> {
  const { rows } = await db.query<{ version: string }>(
    `select version from (
       select id, 0 as n, previous_version as version from promotions where model = $1
       union all select id, 1, version from promotions where model = $1 and moved_at is not null) served
     where version is not null order by id, n`,
    [model],
  )
  return rows.map(({ version }) => version)
}
