import type { Pool, PoolClient } from 'pg'
import { takeTurn } from './advisory-lock.ts'
import { transaction } from './pool.ts'

export interface AliasRow {
  /** Null: the alias names no version yet. */
  readonly version: string | null
  /** How often it was moved; 0: never. */
  readonly moves: string
}

const none: AliasRow = { version: null, moves: '0' }

export async function readRegisteredAlias(
  db: Pool | PoolClient,
  name: string,
  alias: string,
): Promise<AliasRow> {
  const { rows } = await db.query<AliasRow>(
    'select version::text, moves::text from registered_aliases where name = $1 and alias = $2',
    [name, alias],
  )
  return rows[0] ?? none
}

/**
 * Moves an alias to a version if `mayMove` says so of how it stands, in one step with that look: whoever else moves it
 * comes before or after. Returns how it stands then, and `null` where the version does not exist.
 */
export const moveRegisteredAlias = (
  db: Pool,
  { name, alias, version }: { name: string; alias: string; version: string },
  mayMove: (before: AliasRow) => boolean,
): Promise<AliasRow | null> =>
  transaction(db, async (client) => {
    await takeTurn(client, `registered-alias/${name}/${alias}`)
    const before = await readRegisteredAlias(client, name, alias)
    if (!mayMove(before)) return before
    const { rows } = await client.query<AliasRow>(
      `insert into registered_aliases as a (name, alias, version, moves)
       select name, $2, version, 1 from registered_versions where name = $1 and version::text = $3
       on conflict (name, alias) do update
         set version = excluded.version, moves = a.moves + 1, moved_at = now()
       returning version::text, moves::text`,
      [name, alias, version],
    )
    return rows[0] ?? null
  })

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
