import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { registries } from '../../../adapters/registry/index.ts'
import { postgresAlias } from '../../../adapters/serving/postgres-alias.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { allTo } from '../../../contracts/traffic.ts'
import { createDatabase } from '../../support/database.ts'

const { pool, drop } = await createDatabase()
await migrate(pool)
after(drop)

test('a worker of the version before that moves the alias ends shares that it does not know, and is found', async () => {
  const place = { name: 'loan', alias: 'champion' }
  const store = { kind: 'folder', folder: '/dev/null' } as const
  const registry = registries.postgres(
    { kind: 'postgres', store },
    { db: pool, secretOf: () => '' },
  )
  for (const runKey of ['aaa', 'bbb', 'ccc']) {
    await registry.register({ name: 'loan', runKey, files: new Map(), metrics: {}, tags: {} })
  }
  const target = postgresAlias(pool)
  const canary = { version: '2', percent: 10 }
  const shared = { stable: '1', canary, shadow: '3' }
  const { generation } = await target.set(place, shared, 'champion=none#0')
  // As adapters/postgres/registered-aliases.ts had it before there were shares.
  const moveOfBefore = `insert into registered_aliases as a (name, alias, version, moves)
    select name, $2, version, 1 from registered_versions where name = $1 and version::text = $3
    on conflict (name, alias) do update
      set version = excluded.version, moves = a.moves + 1, moved_at = now()
    returning version::text, moves::text`
  for (const version of ['3', '1']) {
    await pool.query(moveOfBefore, ['loan', 'champion', version])
    assert.deepEqual((await target.read(place)).traffic, allTo(version))
  }
  await assert.rejects(
    target.set(place, allTo('2'), generation),
    (error) => error instanceof DriftgateError && error.code === 'RELEASE_STALE',
  )
  const again = await target.set(place, shared, (await target.read(place)).generation)
  assert.deepEqual(again.traffic, shared)
})
