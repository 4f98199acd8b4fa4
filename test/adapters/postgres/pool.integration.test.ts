import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openPool, transaction } from '../../../adapters/postgres/pool.ts'
import { createDatabase } from '../../support/database.ts'

const database = await createDatabase()
const pool = openPool(database.url)
after(async () => {
  await pool.end()
  await database.drop()
})

test('a connection that breaks between two queries fails its transaction, not the process', async () => {
  const broken = transaction(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const end = new Promise<void>((resolve) => client.once('end', resolve))
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    // Nothing is asked of it meanwhile: nobody but the connection itself hears of its end.
    await end
    await client.query('select 1')
  })
  await assert.rejects(broken, /not queryable|terminated|closed/)
  assert.equal(await transaction(pool, async () => 'another one'), 'another one')
})
