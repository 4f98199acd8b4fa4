import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { folderStore } from '../../../adapters/objects/folder.ts'
import type { ObjectStore } from '../../../adapters/objects/object-store.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { openPool } from '../../../adapters/postgres/pool.ts'
import type { NewVersion } from '../../../adapters/registry/model-registry.ts'
import { postgresRegistry } from '../../../adapters/registry/postgres.ts'
import { cuttingProxy } from '../../support/cutting-proxy.ts'
import { createDatabase } from '../../support/database.ts'

const folder = await mkdtemp(join(tmpdir(), 'driftgate-registry-'))
const database = await createDatabase()
await migrate(database.pool)
after(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const open = () => postgresRegistry(database.pool, async () => [folderStore(folder)])
const model = new TextEncoder().encode('{"kind":"logistic"}')
const candidate = (name: string, runKey: string): NewVersion => ({
  ...{ name, runKey, metrics: { brier: 0.05 }, tags: { a: 'b' } },
  files: new Map([['model.json', model]]),
})
const fileOf = async (name: string) => {
  const digest = createHash('sha256').update(model).digest('hex')
  const found = await readdir(folder, { recursive: true })
  const path = found.find(
    (each) => each.includes(Buffer.from(name).toString('base64url')) && each.endsWith(digest),
  )
  assert.ok(path !== undefined)
  return join(folder, path)
}

test('one run key is one version, however many register it at once, and numbers have no gap', async () => {
  const registered = await Promise.all(
    ['a', 'b', 'a', 'b', 'a', 'c'].map((runKey) => open().register(candidate('race', runKey))),
  )
  const versions = registered.map(({ version }) => version)
  assert.deepEqual([...new Set(versions)].sort(), ['1', '2', '3'])
  assert.equal(versions[0], versions[2])
  assert.equal(versions[1], versions[3])
})

test('an answer of the database that is lost, whichever it is, leaves one version or none', async () => {
  const proxy = await cuttingProxy(database.url)
  const url = new URL(database.url)
  url.port = new URL(proxy.url).port
  try {
    let version: string | null = null
    for (let skip = 0; version === null; skip++) {
      const db = openPool(url.href, { max: 1 })
      proxy.cutAfter(skip)
      version = await postgresRegistry(db, async () => [folderStore(folder)])
        .register(candidate('lost', 'a'))
        .then(
          (made) => made.version,
          (error: { code?: string }) => {
            assert.equal(error.code, 'REGISTRY_UNREACHABLE', String(error))
            return null
          },
        )
      await db.end()
    }
    // Sign-in, look, begin, turn, look, three inserts, commit; less for what an attempt before has done.
    assert.ok(proxy.cuts >= 8, `${proxy.cuts} answers were lost`)
    assert.equal(version, '1')
    assert.equal(await open().version('lost', '2'), null)
  } finally {
    await proxy.close()
  }
})

test('bytes that another wrote under the digest are never taken for ours', async () => {
  await open().register(candidate('spoiled', 'a'))
  const file = await fileOf('spoiled')
  await chmod(file, 0o600)
  await writeFile(file, 'something else')
  const rejected = { code: 'REGISTRY_REJECTED' }
  await assert.rejects(open().download('spoiled', '1', 'model.json'), rejected)
  await assert.rejects(open().register(candidate('spoiled', 'b')), rejected)
  assert.equal(await open().find('spoiled', 'b'), null)
  await rm(file)
  await assert.rejects(open().download('spoiled', '1', 'model.json'), /has lost it/)
})

test('a model server finds its version and file by the queries of the page', async () => {
  const name = 'car loan/1'
  const { version } = await open().register(candidate(name, 'a'))
  const page = await readFile(
    new URL('../../../docs/reference/registries/postgres.md', import.meta.url),
    'utf8',
  )
  const query = /```sql\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  await database.pool.query(
    'insert into registered_aliases (name, alias, version, moves) values ($1, $2, $3, 1)',
    [name, 'champion', version],
  )
  const { rows } = await database.pool.query(query, [name, 'champion', 'model.json'])
  assert.equal(rows[0]?.version, Number(version))
  assert.deepEqual(await readFile(join(folder, rows[0]?.key)), Buffer.from(model))
})

test('a version that does not exist cannot be tagged', async () => {
  await assert.rejects(open().setTag('race', '99', 'a', 'b'), { code: 'REGISTRY_REJECTED' })
  await assert.rejects(open().setTag('race', 'latest', 'a', 'b'), { code: 'REGISTRY_REJECTED' })
})

test('a model with a store of its own has its files there and nowhere else, and those of before stay readable', async () => {
  const own = join(folder, 'own')
  const common = folderStore(join(folder, 'common'))
  let stores: [ObjectStore, ...ObjectStore[]] = [common]
  const registry = postgresRegistry(database.pool, async (name) =>
    name === 'stays' ? stores : [common],
  )
  const files = async (at: string) =>
    (await readdir(at, { recursive: true }).catch(() => [])).filter((each) =>
      each.startsWith(`models/${Buffer.from('stays').toString('base64url')}/`),
    ).length
  const before = await registry.register(candidate('stays', 'a'))
  assert.deepEqual([await files(own), await files(join(folder, 'common'))], [0, 1])
  stores = [folderStore(own), common]
  const after = await registry.register({
    ...candidate('stays', 'b'),
    files: new Map([['model.json', new TextEncoder().encode('another')]]),
  })
  assert.deepEqual([await files(own), await files(join(folder, 'common'))], [1, 1])
  const read = async (version: string) =>
    new TextDecoder().decode(await registry.download('stays', version, 'model.json'))
  assert.equal(await read(before.version), new TextDecoder().decode(model))
  assert.equal(await read(after.version), 'another')
})
