import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import type pg from 'pg'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { openPool } from '../../../adapters/postgres/pool.ts'
import { registries } from '../../../adapters/registry/index.ts'
import type { ModelRegistry, NewVersion } from '../../../adapters/registry/model-registry.ts'
import { mlflowAlias } from '../../../adapters/serving/mlflow-alias.ts'
import { postgresAlias } from '../../../adapters/serving/postgres-alias.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { cuttingProxy } from '../../support/cutting-proxy.ts'
import { createDatabase } from '../../support/database.ts'
import { s3Server } from '../../support/s3-server.ts'
import { servers } from '../../support/servers.ts'

const database = await createDatabase()
await migrate(database.pool)
const s3 = await s3Server()
after(async () => {
  await s3.close()
  await database.drop()
})

interface Rig {
  /** What a proxy can be put before. */
  readonly url: () => string
  /** `url` may lead through a proxy. */
  readonly open: (url: string) => ModelRegistry
  /** One whose server is not there. */
  readonly gone: () => ModelRegistry
  /** Answers that a registration waits for from behind `url`, at least. */
  readonly answers: number
  /** What names the version that an alias names. */
  readonly alias: (name: string, alias: string) => Promise<string | null>
}

const postgresWith = (db: pg.Pool, endpoint: string) => {
  const { bucket, accessKey } = s3
  const place = { endpoint, bucket, accessKey, region: 'us-east-1', prefix: '' }
  const store = { kind: 's3' as const, ...place, secretKey: { env: 'UNUSED' } }
  return registries.postgres({ kind: 'postgres', store }, { db, secretOf: () => s3.secretKey })
}
const unused = { db: database.pool, secretOf: () => '' }

/** How each kind is opened against its real server. */
const rigs: Record<keyof typeof registries, Rig> = {
  mlflow: {
    url: () => servers().mlflow,
    open: (url) => registries.mlflow({ kind: 'mlflow', url }, unused),
    gone: () => registries.mlflow({ kind: 'mlflow', url: 'http://127.0.0.1:1' }, unused),
    answers: 6,
    alias: async (name, alias) =>
      (await mlflowAlias(servers().mlflow).read({ name, alias })).version,
  },
  // The database with the files in S3: of each file, and of the trial whether it creates once, two answers.
  postgres: {
    url: () => s3.endpoint,
    open: (url) => postgresWith(database.pool, url),
    gone: () => postgresWith(openPool('postgres://nobody@127.0.0.1:1/none'), s3.endpoint),
    answers: 5,
    alias: async (name, alias) =>
      (await postgresAlias(database.pool).read({ name, alias })).version,
  },
}

const newName = () => `trial-${randomBytes(6).toString('hex')}`
const bytes = (text: string) => new TextEncoder().encode(text)
const candidate = (name: string, runKey: string): NewVersion => ({
  name,
  runKey,
  files: new Map([
    ['model.json', bytes(`{"made by":"${runKey}"}`)],
    ['reference.profile', new Uint8Array([0, 255, 128, 10, 13])],
  ]),
  metrics: { brier: 0.05, rows: 1_000 },
  tags: { 'driftgate.marker': 'abc' },
})

for (const [kind, rig] of Object.entries(rigs)) {
  describe(`model registry ${kind}`, { concurrency: true }, () => {
    test('a version is registered once per run key, with its tags', async () => {
      const registry = rig.open(rig.url())
      const name = newName()
      assert.equal(await registry.find(name, 'aaa'), null)
      const first = await registry.register(candidate(name, 'aaa'))
      assert.deepEqual(await registry.register(candidate(name, 'aaa')), first)
      const second = await registry.register(candidate(name, 'bbb'))
      assert.notEqual(second.version, first.version)
      assert.equal(await registry.find(name, 'aaa'), first.version)
      const version = await registry.version(name, first.version)
      assert.equal(version?.runKey, 'aaa')
      assert.equal(version?.tags['driftgate.marker'], 'abc')
      await registry.setTag(name, first.version, 'driftgate.note', 'x')
      const tagged = await registry.version(name, first.version)
      assert.equal(tagged?.tags['driftgate.note'], 'x')
    })

    test('whoever wants to know is told once that files are stored and no version is there yet', async () => {
      const registry = rig.open(rig.url())
      const given = candidate(newName(), 'eee')
      const told: (string | null)[] = []
      const onStored = async () => void told.push(await registry.find(given.name, 'eee'))
      const { version } = await registry.register({ ...given, onStored })
      assert.deepEqual(await registry.register({ ...given, onStored }), { version })
      assert.deepEqual(told, [null])
    })

    test('an alias names the version that it was told last, and is taken away from that one only', async () => {
      const registry = rig.open(rig.url())
      const name = newName()
      const [one, two] = [
        await registry.register(candidate(name, 'eee')),
        await registry.register(candidate(name, 'fff')),
      ]
      await registry.setAlias(name, 'challenger', one.version)
      await registry.setAlias(name, 'challenger', two.version)
      await registry.dropAlias(name, 'challenger', one.version)
      assert.equal(await rig.alias(name, 'challenger'), two.version)
      await registry.dropAlias(name, 'challenger', two.version)
      await registry.dropAlias(name, 'challenger', two.version)
      assert.equal(await rig.alias(name, 'challenger'), null)
      await assert.rejects(registry.setAlias(name, 'challenger', '99'), {
        code: 'REGISTRY_REJECTED',
      })
    })

    test('a version that is dropped is gone, its neighbours stay, and one that an alias names is kept', async () => {
      const registry = rig.open(rig.url())
      const name = newName()
      const [one, two] = [
        await registry.register(candidate(name, 'ggg')),
        await registry.register(candidate(name, 'hhh')),
      ]
      await registry.setAlias(name, 'champion', two.version)
      for (let twice = 0; twice < 2; twice++) await registry.drop(name, one.version)
      assert.equal(await registry.version(name, one.version), null)
      assert.equal(await registry.find(name, 'ggg'), null)
      await assert.rejects(registry.drop(name, two.version), { code: 'REGISTRY_REJECTED' })
      assert.equal((await registry.version(name, two.version))?.version, two.version)
      const third = await registry.register(candidate(name, 'iii'))
      assert.ok(![one.version, two.version].includes(third.version), 'no number is given twice')
    })

    test('files come back byte for byte', async () => {
      const registry = rig.open(rig.url())
      const given = candidate(newName(), 'ccc')
      const { version } = await registry.register(given)
      for (const [file, content] of given.files) {
        assert.deepEqual(await registry.download(given.name, version, file), content)
      }
    })

    test('what is not there is null or a coded refusal', async () => {
      const registry = rig.open(rig.url())
      const name = newName()
      assert.equal(await registry.version(name, '1'), null)
      const { version } = await registry.register(candidate(name, 'ddd'))
      assert.equal(await registry.version(name, '99'), null)
      const rejected = isCode('REGISTRY_REJECTED')
      await assert.rejects(() => registry.download(name, version, 'none.json'), rejected)
      await assert.rejects(() => registry.download(name, '99', 'model.json'), rejected)
    })

    test('a registration that loses an answer at any step ends as one version', async () => {
      const proxy = await cuttingProxy(rig.url())
      try {
        const name = newName()
        let versions = new Set<string>()
        for (let skip = 0; versions.size === 0; skip++) {
          proxy.cutAfter(skip)
          // By another process each time, as far as the registry can tell.
          const attempt = rig.open(proxy.url).register(candidate(name, 'eee'))
          versions = await attempt.then(
            ({ version }) => new Set([version]),
            (error: unknown) => {
              assert.ok(isCode('REGISTRY_UNREACHABLE')(error), String(error))
              return new Set()
            },
          )
        }
        assert.ok(proxy.cuts >= rig.answers, `${proxy.cuts} answers were lost`)
        const registry = rig.open(rig.url())
        assert.equal(await registry.find(name, 'eee'), '1')
        assert.equal(await registry.version(name, '2'), null)
      } finally {
        await proxy.close()
      }
    })

    test('a registry that is not there is unreachable', async () => {
      const registry = rig.gone()
      await assert.rejects(() => registry.find('trial', 'aaa'), isCode('REGISTRY_UNREACHABLE'))
    })
  })
}

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code
