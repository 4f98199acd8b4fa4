import pg from 'pg'
import { DriftgateError } from '../../contracts/errors.ts'

/** Where a query can run: the pool, or one connection inside a transaction. */
export type Db = pg.Pool | pg.PoolClient

/**
 * A pool of connections; one that breaks is replaced silently, a query on it fails by itself. Without a listener a
 * connection that breaks between two queries of a transaction would end the process.
 */
export function openPool(url: string, max = 8): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max, connectionTimeoutMillis: 10_000 })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** All or nothing; throws what `work` throws, after the rollback. POSTGRES_UNREACHABLE when nobody answers. */
export async function transaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((cause) => {
    const address = `${pool.options.host ?? ''}${pool.options.connectionString?.replace(/.*@/, '') ?? ''}`
    throw new DriftgateError('POSTGRES_UNREACHABLE', { address }, { cause })
  })
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((cause: Error) => {
      broken = cause
    })
    throw error
  } finally {
    client.release(broken)
  }
}
