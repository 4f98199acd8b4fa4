import type { Pool, PoolClient } from 'pg'
import { takeTurn } from './advisory-lock.ts'
import { transaction } from './pool.ts'

export interface RegisteredFile {
  readonly file: string
  readonly sha256: string
  readonly bytes: number
}

export interface VersionRow {
  readonly version: string
  readonly runKey: string
  readonly tags: Readonly<Record<string, string>>
}

export async function findRegistered(
  db: Pool | PoolClient,
  name: string,
  runKey: string,
): Promise<string | null> {
  const { rows } = await db.query<{ version: string }>(
    'select version::text from registered_versions where name = $1 and run_key = $2',
    [name, runKey],
  )
  return rows[0]?.version ?? null
}

/**
 * A version with its files and tags, all at once: the next number of its name. Where the run key has one, that one is
 * left as it is and returned.
 */
export const insertRegistered = (
  db: Pool,
  row: {
    readonly name: string
    readonly runKey: string
    readonly metrics: Readonly<Record<string, number>>
    readonly tags: Readonly<Record<string, string>>
    readonly files: readonly RegisteredFile[]
  },
): Promise<string> =>
  transaction(db, async (client) => {
    const { name, runKey, files, tags } = row
    await takeTurn(client, `registered/${name}`)
    const known = await findRegistered(client, name, runKey)
    if (known !== null) return known
    const made = await client.query<{ version: string }>(
      `insert into registered_versions (name, version, run_key, metrics)
       select $1, coalesce(max(version), 0) + 1, $2, $3 from registered_versions where name = $1
       returning version::text`,
      [name, runKey, JSON.stringify(row.metrics)],
    )
    const version = made.rows[0]?.version ?? ''
    await client.query(
      `insert into registered_files (name, version, file, sha256, bytes)
       select $1, $2, * from unnest($3::text[], $4::text[], $5::bigint[])`,
      [
        ...[name, version],
        files.map(({ file }) => file),
        files.map(({ sha256 }) => sha256),
        files.map(({ bytes }) => bytes),
      ],
    )
    await client.query(
      `insert into registered_tags (name, version, key, value)
       select $1, $2, * from unnest($3::text[], $4::text[])`,
      [name, version, Object.keys(tags), Object.values(tags)],
    )
    return version
  })

/** Null: there is no such version, nor any of a name that is no number. */
export async function readRegistered(
  db: Pool,
  name: string,
  version: string,
): Promise<VersionRow | null> {
  const { rows } = await db.query<VersionRow>(
    `select version::text, run_key as "runKey",
       (select coalesce(jsonb_object_agg(key, value), '{}') from registered_tags t
        where t.name = v.name and t.version = v.version) as tags
     from registered_versions v where name = $1 and version::text = $2`,
    [name, version],
  )
  return rows[0] ?? null
}

/** Written over one of the same key. False: there is no such version. */
export async function tagRegistered(
  db: Pool,
  name: string,
  version: string,
  key: string,
  value: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into registered_tags (name, version, key, value)
     select name, version, $3, $4 from registered_versions where name = $1 and version::text = $2
     on conflict (name, version, key) do update set value = excluded.value`,
    [name, version, key, value],
  )
  return rowCount === 1
}

export async function registeredFile(
  db: Pool,
  name: string,
  version: string,
  file: string,
): Promise<RegisteredFile | null> {
  const { rows } = await db.query<RegisteredFile>(
    `select file, sha256, bytes::float8 as bytes from registered_files
     where name = $1 and version::text = $2 and file = $3`,
    [name, version, file],
  )
  return rows[0] ?? null
}

/** With its files and tags; their bytes stay in the store, by their digests. Returns an alias that names it, and then nothing goes. */
export const dropRegistered = (db: Pool, name: string, version: string): Promise<string | null> =>
  transaction(db, async (client) => {
    await takeTurn(client, `registered/${name}`)
    const named = await client.query<{ alias: string }>(
      'select alias from registered_aliases where name = $1 and version::text = $2 limit 1',
      [name, version],
    )
    if (named.rows[0] !== undefined) return named.rows[0].alias
    for (const table of ['registered_files', 'registered_tags', 'registered_versions']) {
      await client.query(`delete from ${table} where name = $1 and version::text = $2`, [
        name,
        version,
      ])
    }
    return null
  })
