import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { servers } from './servers.ts'

export interface TestDatabase {
  /** Connection string of the fresh, empty database. */
  readonly url: string
  readonly pool: pg.Pool
  /** Ends the pool and drops the database, whoever is still connected to it. */
  drop(): Promise<void>
}

/** A database of its own for one test file, so that files run side by side. */
export async function createDatabase(server = servers().postgres): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const pool = new pg.Pool({ connectionString: url.href, max: 8 })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const drop = async () => {
    await pool.end()
    await administer(server, `drop database ${name} with (force)`)
  }
  return { url: url.href, pool, drop }
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
