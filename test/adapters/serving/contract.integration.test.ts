import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { openPool } from '../../../adapters/postgres/pool.ts'
import { registries } from '../../../adapters/registry/index.ts'
import type { ModelRegistry } from '../../../adapters/registry/model-registry.ts'
import type { rolloutTargets } from '../../../adapters/serving/index.ts'
import { mlflowAlias } from '../../../adapters/serving/mlflow-alias.ts'
import { postgresAlias } from '../../../adapters/serving/postgres-alias.ts'
import type { RolloutPlace, RolloutTarget } from '../../../adapters/serving/rollout-target.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { createDatabase } from '../../support/database.ts'
import { servers } from '../../support/servers.ts'

const database = await createDatabase()
await migrate(database.pool)
const nobody = openPool('postgres://nobody@127.0.0.1:1/none')
after(async () => {
  await nobody.end()
  await database.drop()
})
const options = { db: database.pool, secretOf: () => '' }

async function twoVersions(registry: ModelRegistry, name: string): Promise<void> {
  for (const runKey of ['aaa', 'bbb']) {
    await registry.register({ name, runKey, files: new Map(), metrics: {}, tags: {} })
  }
}

interface Rig {
  open(url?: string): RolloutTarget
  /** A place with versions 1 and 2 to move between, nothing served yet. */
  place(): Promise<RolloutPlace>
}

const rigs: Record<keyof typeof rolloutTargets, Rig> = {
  'mlflow-alias': {
    open: (url = servers().mlflow) => mlflowAlias(url),
    async place() {
      const name = `trial-${randomBytes(6).toString('hex')}`
      const url = servers().mlflow
      await twoVersions(registries.mlflow({ kind: 'mlflow', url }, options), name)
      return { name, alias: 'champion' }
    },
  },
  'postgres-alias': {
    open: (url) => postgresAlias(url === undefined ? database.pool : nobody),
    async place() {
      const name = `trial-${randomBytes(6).toString('hex')}`
      // Without files there is nothing to store.
      const store = { kind: 'folder', folder: '/dev/null' } as const
      await twoVersions(registries.postgres({ kind: 'postgres', store }, options), name)
      return { name, alias: 'champion' }
    },
  },
}

for (const [kind, rig] of Object.entries(rigs)) {
  describe(`rollout target ${kind}`, { concurrency: true }, () => {
    test('a move is read back and changes the generation; the same generation names the same state', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      const empty = await target.read(place)
      assert.equal(empty.version, null)
      const first = await target.move(place, '1', empty.generation)
      assert.equal(first.version, '1')
      assert.notEqual(first.generation, empty.generation)
      assert.deepEqual(await target.read(place), first)
      const second = await target.move(place, '2', first.generation)
      assert.equal(second.version, '2')
      assert.notEqual(second.generation, first.generation)
    })

    test('a move on an old generation is refused and changes nothing', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      const empty = await target.read(place)
      const first = await target.move(place, '1', empty.generation)
      const late = () => target.move(place, '2', empty.generation)
      await assert.rejects(late, isCode('RELEASE_STALE'))
      assert.deepEqual(await target.read(place), first)
    })

    test('a move that is repeated is a success', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      const empty = await target.read(place)
      const first = await target.move(place, '1', empty.generation)
      assert.deepEqual(await target.move(place, '1', empty.generation), first)
    })

    test('a version that does not exist is refused, and a place that does not is empty', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      const { generation } = await target.read(place)
      await assert.rejects(() => target.move(place, '99', generation), isCode('REGISTRY_REJECTED'))
      assert.equal((await target.read({ ...place, name: `${place.name}-none` })).version, null)
    })

    test('of two moves on one generation only one is made, where the target promises it', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      if (!target.compareAndSwap) return
      const { generation } = await target.read(place)
      const moves = await Promise.allSettled(
        ['1', '2', '1', '2'].map((version) => rig.open().move(place, version, generation)),
      )
      const versions = moves.flatMap((move) =>
        move.status === 'fulfilled' ? [move.value.version] : [],
      )
      // Repeating the move that was made is a success; the other one never is.
      assert.equal(new Set(versions).size, 1)
      assert.equal((await target.read(place)).version, versions[0])
    })

    test('moved away and back is told from never moved, where the target promises it', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      if (!target.compareAndSwap) return
      const empty = await target.read(place)
      const first = await target.move(place, '1', empty.generation)
      const second = await target.move(place, '2', first.generation)
      const back = await target.move(place, '1', second.generation)
      assert.notEqual(back.generation, first.generation)
    })

    test('a target that is not there is unreachable', async () => {
      const target = rig.open('http://127.0.0.1:1')
      const read = () => target.read({ name: 'trial', alias: 'champion' })
      await assert.rejects(read, isCode('REGISTRY_UNREACHABLE'))
    })
  })
}

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code
