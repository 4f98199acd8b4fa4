import { createHash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'

/**
 * Runs `task` while no other process runs one under the same name. The lock belongs to a database
 * session of its own and ends with it, so a killed process never leaves it behind. The task is given
 * that session and uses no other: waiting for a second one from a pool full of waiters never ends.
 */
export async function withAdvisoryLock<Result>(
  pool: Pool,
  name: string,
  task: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const key = keyOf(name)
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [key])
    const result = await task(client)
    await client.query('select pg_advisory_unlock($1)', [key])
    client.release()
    return result
  } catch (error) {
    // Ends the session, and the lock with it.
    client.release(true)
    throw error
  }
}

/** Waits for its turn under that name, which lasts until the transaction of `client` is over and seen by everyone. */
export async function takeTurn(client: PoolClient, name: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [keyOf(name)])
}

const keyOf = (name: string): string =>
  createHash('sha256').update(name).digest().readBigInt64BE(0).toString()
