import { createHash } from 'node:crypto'
import type pg from 'pg'
import { type Drill, drillSchema, type Station } from '../../contracts/drill.ts'
import { takeTurn } from './advisory-lock.ts'
import { type Db, transaction } from './pool.ts'

export interface DrillRow extends Drill {
  readonly runKey: string
  /** The workflow that walks it. */
  readonly workflowId: string
}

const columns = `drill, model, n, requested_by as "requestedBy", state, champion, registered, version, digest,
  cost, stations, run_key as "runKey", workflow_id as "workflowId",
  to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startedAt",
  to_char(ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "endedAt"`

const parsed = (row: DrillRow): DrillRow => ({
  ...drillSchema.parse(row),
  ...{ runKey: row.runKey, workflowId: row.workflowId },
})

const some = async (db: Db, rest: string, values: readonly unknown[]): Promise<DrillRow[]> =>
  (await db.query<DrillRow>(`select ${columns} from drills ${rest}`, [...values])).rows.map(parsed)

const one = async (db: Db, rest: string, values: readonly unknown[]): Promise<DrillRow | null> =>
  (await some(db, rest, values))[0] ?? null

export interface NewDrill {
  readonly model: string
  /** Names whoever asked: asked again it is the same drill. */
  readonly asked: string
  readonly workflowId: string
  readonly requestedBy: string
  readonly at: Date
}

/** Registries are shared by environments, whose drills have the same names: a run key tells them apart. */
const runKeyOf = (asked: string, drill: string): string =>
  createHash('sha256').update(`${asked}|${drill}`).digest('hex').slice(0, 12)

/** The next drill of a model, or the one that was begun under the same name before. */
export const insertDrill = (db: pg.Pool, wanted: NewDrill): Promise<DrillRow> =>
  transaction(db, async (client) => {
    const { model, asked } = wanted
    await takeTurn(client, `drills/${model}`)
    const known = await one(client, 'where asked = $1', [asked])
    if (known !== null) return known
    const { rows } = await client.query<{ n: number }>(
      'select coalesce(max(n), 0) + 1 as n from drills where model = $1',
      [model],
    )
    const n = rows[0]?.n ?? 1
    const drill = `${model}/drill/${n}`
    await client.query(
      `insert into drills (drill, model, n, asked, workflow_id, requested_by, started_at, run_key)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[drill, model, n, asked, wanted.workflowId, wanted.requestedBy, wanted.at],
        runKeyOf(asked, drill),
      ],
    )
    const begun = await one(client, 'where drill = $1', [drill])
    if (begun === null) throw new Error(`${drill} was written and is not there`)
    return begun
  })

export const findDrill = (db: Db, drill: string): Promise<DrillRow | null> =>
  one(db, 'where drill = $1', [drill])

/** Of a model, the newest first. */
export const listDrills = (db: Db, model: string, limit: number): Promise<DrillRow[]> =>
  some(db, 'where model = $1 order by n desc limit $2', [model, limit])

/** The newest that has ended. */
export const lastDrill = (db: Db, model: string): Promise<DrillRow | null> =>
  one(db, 'where model = $1 and ended_at is not null order by n desc limit 1', [model])

/** When a drill of the model was last passed whole. */
export async function lastReadyAt(db: Db, model: string): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `select max(ended_at) as at from drills where model = $1 and state = 'ready'`,
    [model],
  )
  return rows[0]?.at ?? null
}

/** How a station ended; the first end of each stays. */
export async function addStation(db: Db, drill: string, station: Station): Promise<void> {
  await db.query(
    `update drills set stations = stations || jsonb_build_array($2::jsonb)
     where drill = $1 and state = 'running'
       and not stations @> jsonb_build_array(jsonb_build_object('station', $3::text))`,
    [drill, JSON.stringify(station), station.station],
  )
}

/** What was found on the way. */
export async function noteDrill(
  db: Db,
  drill: string,
  found: Partial<Pick<Drill, 'champion' | 'registered' | 'version' | 'digest' | 'cost'>>,
): Promise<void> {
  const { champion = null, registered = null, version = null, digest = null, cost = null } = found
  await db.query(
    `update drills set champion = coalesce($2, champion), registered = coalesce($3, registered),
       version = coalesce($4, version), digest = coalesce($5, digest), cost = coalesce($6, cost)
     where drill = $1`,
    [drill, champion, registered, version, digest, cost],
  )
}

/** The first end stays. */
export async function endDrill(
  db: Db,
  drill: string,
  { state, at }: { readonly state: Drill['state']; readonly at: Date },
): Promise<void> {
  await db.query(
    `update drills set state = $2, ended_at = $3 where drill = $1 and state = 'running'`,
    [drill, state, at],
  )
}

export interface OldVersion {
  readonly drill: string
  readonly registered: string
  readonly version: string
  readonly runKey: string
}

/** What drills registered and is still there, but for the newest ones. */
export async function oldDrillVersions(db: Db, model: string, keep: number): Promise<OldVersion[]> {
  const { rows } = await db.query<OldVersion>(
    `select drill, registered, version, run_key as "runKey" from drills
     where model = $1 and version is not null and not dropped order by n desc offset $2`,
    [model, keep],
  )
  return rows
}

export async function markDropped(db: Db, drill: string): Promise<void> {
  await db.query('update drills set dropped = true where drill = $1', [drill])
}

/**
 * Since when drills of a model are asked for: when the oldest configuration was applied after which none was without. Null:
 * they are not.
 */
export async function drillsConfiguredSince(db: Db, model: string): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `select min(applied_at) as at from config_versions
     where id > coalesce(
       (select max(id) from config_versions where settings -> 'models' -> $1 -> 'drill' is null), 0)`,
    [model],
  )
  return rows[0]?.at ?? null
}
