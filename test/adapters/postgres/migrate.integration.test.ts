import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, test } from 'node:test'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { ensurePartitions } from '../../../adapters/postgres/partitions.ts'
import { openPool } from '../../../adapters/postgres/pool.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

const databases: TestDatabase[] = []
after(() => Promise.all(databases.map((database) => database.drop())))

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createDatabase()
  databases.push(database)
  return database
}

const applied = async ({ pool }: TestDatabase) =>
  (
    await pool.query<{ name: string }>('select name from driftgate_migrations order by id')
  ).rows.map(({ name }) => name)

test('processes that start at the same time migrate once, and again changes nothing', async () => {
  const database = await emptyDatabase()
  const pools = [1, 2, 3].map(() => openPool(database.url, { max: 2 }))
  try {
    await Promise.all(pools.map((pool) => migrate(pool)))
    await migrate(database.pool)
  } finally {
    await Promise.all(pools.map((pool) => pool.end()))
  }
  const files = readdirSync(new URL('../../../migrations', import.meta.url)).sort()
  assert.deepEqual(
    await applied(database),
    files.map((name) => name.replace('.sql', '')),
  )
})

test('a migration that came to this version after a later one is made up for', async () => {
  const database = await emptyDatabase()
  await migrate(database.pool)
  await database.pool.query('drop table second_looks')
  await database.pool.query("delete from driftgate_migrations where name = '013-second-looks'")
  await migrate(database.pool)
  const { rows } = await database.pool.query("select to_regclass('second_looks') as found")
  assert.deepEqual(rows, [{ found: 'second_looks' }])
  assert.equal((await applied(database)).at(-1), '013-second-looks')
})

test('a database of a newer version is refused and left as it is', async () => {
  const database = await emptyDatabase()
  await migrate(database.pool)
  await database.pool.query(
    "insert into driftgate_migrations (name, run_on) values ('999-of-tomorrow', now())",
  )
  await assert.rejects(migrate(database.pool), {
    code: 'POSTGRES_SCHEMA_NEWER',
    message: /999-of-tomorrow/,
  })
})

test('yearly partitions are made once, by any number of callers at once', async () => {
  const database = await emptyDatabase()
  await migrate(database.pool)
  const years = [2001, 2018, 2019, 2026].map((year) => new Date(Date.UTC(year, 2)))
  await Promise.all(
    Array.from({ length: 8 }, () => ensurePartitions(database.pool, 'parts', years)),
  )
  const { rows } = await database.pool.query<{ name: string }>(
    "select relname as name from pg_class where relname like 'parts_2%' and relkind = 'r' order by 1",
  )
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['parts_2001', 'parts_2018', 'parts_2019', 'parts_2026'],
  )
})
