import type { Pool, PoolClient } from 'pg'
import { allTo, type Traffic, versionsIn } from '../../contracts/traffic.ts'
import { takeTurn } from './advisory-lock.ts'
import { transaction } from './pool.ts'

export interface RegisteredAlias {
  readonly traffic: Traffic
  /** How often it was changed; 0: never. */
  readonly moves: string
}

const none: RegisteredAlias = { traffic: allTo(null), moves: '0' }

interface Row {
  readonly version: string
  readonly canary: string | null
  readonly percent: number | null
  readonly shadow: string | null
  readonly moves: string
}

/** Shares that a later move did not set are none. */
const columns = `version::text, moves::text,
  case when shares_at = moves then canary::text end as canary,
  canary_percent as percent,
  case when shares_at = moves then shadow::text end as shadow`

const aliasOf = ({ version, canary, percent, shadow, moves }: Row): RegisteredAlias => ({
  traffic: {
    stable: version,
    canary: canary === null || percent === null ? null : { version: canary, percent },
    shadow,
  },
  moves,
})

export async function readRegisteredAlias(
  db: Pool | PoolClient,
  name: string,
  alias: string,
): Promise<RegisteredAlias> {
  const { rows } = await db.query<Row>(
    `select ${columns} from registered_aliases where name = $1 and alias = $2`,
    [name, alias],
  )
  return rows[0] === undefined ? none : aliasOf(rows[0])
}

/**
 * Changes what an alias says if `mayMove` says so of how it stands, in one step with that look: whoever else changes it
 * comes before or after. Returns how it stands then, and a version that was asked for and does not exist.
 */
export const setRegisteredAlias = (
  db: Pool,
  { name, alias, traffic }: { name: string; alias: string; traffic: Traffic },
  mayMove: (before: RegisteredAlias) => boolean,
): Promise<RegisteredAlias | { readonly missing: string }> =>
  transaction(db, async (client) => {
    await takeTurn(client, `registered-alias/${name}/${alias}`)
    const before = await readRegisteredAlias(client, name, alias)
    if (!mayMove(before)) return before
    const missing = await missingVersion(client, name, versionsIn(traffic))
    if (missing !== undefined) return { missing }
    const { stable, canary, shadow } = traffic
    const { rows } = await client.query<Row>(
      `insert into registered_aliases as a
         (name, alias, version, moves, canary, canary_percent, shadow, shares_at)
       values ($1, $2, $3, 1, $4, $5, $6, 1)
       on conflict (name, alias) do update
         set version = excluded.version, moves = a.moves + 1, moved_at = now(), canary = excluded.canary,
           canary_percent = excluded.canary_percent, shadow = excluded.shadow, shares_at = a.moves + 1
       returning ${columns}`,
      [name, alias, stable, canary?.version, canary?.percent, shadow],
    )
    return aliasOf(rows[0]!)
  })

async function missingVersion(
  client: PoolClient,
  name: string,
  versions: readonly string[],
): Promise<string | undefined> {
  const { rows } = await client.query<{ version: string }>(
    'select version::text from registered_versions where name = $1 and version::text = any($2)',
    [name, versions],
  )
  return versions.find((version) => !rows.some((row) => row.version === version))
}

/** Takes an alias away if it names this version. */
export async function deleteRegisteredAlias(
  db: Pool,
  { name, alias, version }: { name: string; alias: string; version: string },
): Promise<void> {
  await db.query(
    'delete from registered_aliases where name = $1 and alias = $2 and version::text = $3',
    [name, alias, version],
  )
}
