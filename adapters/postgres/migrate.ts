import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import type pg from 'pg'
import { DriftgateError } from '../../contracts/errors.ts'

const folder = fileURLToPath(new URL('../../migrations', import.meta.url))
const table = 'driftgate_migrations'

/**
 * Brings the database up to this version's migrations, in order, each in a transaction; one that is missing below the
 * last is made up for. Starters at the same time wait for each other. Refuses with POSTGRES_SCHEMA_NEWER a database
 * that has one which is not here.
 */
export async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await refuseNewer(client)
    await runner({
      dbClient: client,
      dir: folder,
      direction: 'up',
      count: Number.POSITIVE_INFINITY,
      migrationsTable: table,
      singleTransaction: false,
      // One that was written beside others may come after a later number: what is missing is made up for.
      checkOrder: false,
      // Gateway and workers start together: whoever comes second waits and finds nothing left to do.
      advisoryLockMode: 'wait',
      log: () => {},
      logger: { info() {}, warn() {}, error() {}, debug() {} },
    })
  } finally {
    client.release()
  }
}

async function refuseNewer(client: pg.PoolClient): Promise<void> {
  const known = new Set(readdirSync(folder).map((name) => name.replace(/\.sql$/, '')))
  const { rows: present } = await client.query<{ found: string | null }>(
    'select to_regclass($1) as found',
    [table],
  )
  if (present[0]?.found === null) return
  const { rows } = await client.query<{ name: string }>(`select name from ${table} order by id`)
  const found = rows.find(({ name }) => !known.has(name))?.name
  if (found !== undefined) throw new DriftgateError('POSTGRES_SCHEMA_NEWER', { found })
}
