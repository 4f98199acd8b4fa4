import pg from 'pg'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Secret } from '../../contracts/secret.ts'

/** Where a query can run: the pool, or one connection inside a transaction. */
export type Db = pg.Pool | pg.PoolClient

/** How the value of a secret is read. Errors: CONFIG_SECRET_MISSING. */
export type SecretOf = (secret: Secret, name: string) => string

const readers = new WeakMap<Db, SecretOf>()

/** How keys are read by whoever has this pool, or a connection of it; undefined: not at all. */
export const secretReaderOf = (db: Db): SecretOf | undefined => readers.get(db)

/** From now on keys of models are read so, by this pool and its connections to come. */
export function readSecretsBy(pool: pg.Pool, secretOf: SecretOf): void {
  readers.set(pool, secretOf)
  pool.on('acquire', (client) => readers.set(client, secretOf))
}

export interface PoolOptions {
  readonly max?: number
  /** Reads the keys of models whose rows are encrypted; absent: this process meets none of them. */
  readonly secretOf?: SecretOf
}

/**
 * A pool of connections; one that breaks is replaced silently, a query on it fails by itself. Without a listener a
 * connection that breaks between two queries of a transaction would end the process.
 */
export function openPool(url: string, { max = 8, secretOf }: PoolOptions = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max, connectionTimeoutMillis: 10_000 })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  if (secretOf !== undefined) readSecretsBy(pool, secretOf)
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
