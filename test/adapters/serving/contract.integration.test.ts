import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { openPool } from '../../../adapters/postgres/pool.ts'
import { registries } from '../../../adapters/registry/index.ts'
import type { ModelRegistry } from '../../../adapters/registry/model-registry.ts'
import type { rolloutTargets } from '../../../adapters/serving/index.ts'
import { mlflowAlias } from '../../../adapters/serving/mlflow-alias.ts'
import { openInferenceTarget } from '../../../adapters/serving/open-inference-target.ts'
import { postgresAlias } from '../../../adapters/serving/postgres-alias.ts'
import type { RolloutPlace, RolloutTarget } from '../../../adapters/serving/rollout-target.ts'
import { rolloutWebhook } from '../../../adapters/serving/webhook.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { allTo, type Traffic, trafficInWords } from '../../../contracts/traffic.ts'
import { startReceiver } from '../../../examples/rollout-webhook/receiver.ts'
import { createDatabase } from '../../support/database.ts'
import { startMlserver } from '../../support/mlserver-process.ts'
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
  /** Codes of a version that does not exist, and of a target that is not there; those of the registry unless told. */
  readonly codes?: { readonly rejected: string; readonly unreachable: string }
}

const webhook = { kind: 'webhook', secret: { env: 'SECRET' } } as const
const secret = `whsec_${randomBytes(32).toString('base64')}`
const traffic = await mkdtemp(join(tmpdir(), 'driftgate-traffic-'))
const knows = (_name: string, version: string) => version === '1' || version === '2'
const receiver = await startReceiver({ folder: traffic, secret, knows })
after(async () => {
  await receiver.close()
  await rm(traffic, { recursive: true })
})

// One server for all tests: each place is a model of its own.
const repository = await mkdtemp(join(tmpdir(), 'driftgate-repository-'))
const mlserver = await startMlserver(repository)
after(async () => {
  await mlserver.stop()
  await rm(repository, { recursive: true })
})
const filesIn = join(repository, 'registry')
const registry = registries.postgres(
  { kind: 'postgres', store: { kind: 'folder', folder: filesIn } },
  options,
)
const stump = (threshold: number) =>
  Buffer.from(JSON.stringify({ trees: [[[0, threshold, 1, 1, 2], [-2], [2]]] }))

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
  'open-inference': {
    open: (url = mlserver.url) =>
      openInferenceTarget(
        {
          ...{ kind: 'open-inference', url, folder: repository, files: ['model.json'] },
          implementation: 'stump.Stump',
        },
        registry,
      ),
    async place() {
      const place = newPlace()
      for (const runKey of ['aaa', 'bbb']) {
        const files = new Map([['model.json', stump(100)]])
        await registry.register({ name: place.name, runKey, files, metrics: {}, tags: {} })
      }
      return place
    },
    codes: { rejected: 'REGISTRY_REJECTED', unreachable: 'ROLLOUT_UNREACHABLE' },
  },
  webhook: {
    open: (url = receiver.url) =>
      rolloutWebhook(
        { ...webhook, url, shadow: true, split: true, compareAndSwap: true },
        { secret: () => secret },
      ),
    place: async () => newPlace(),
    codes: { rejected: 'ROLLOUT_REJECTED', unreachable: 'ROLLOUT_UNREACHABLE' },
  },
}

const newPlace = () => ({ name: `trial-${randomBytes(6).toString('hex')}`, alias: 'champion' })

const canary = (stable: string, version: string, percent: number): Traffic => ({
  ...{ stable, shadow: null },
  canary: { version, percent },
})
const shadow = (stable: string, version: string): Traffic => ({
  ...{ stable, canary: null },
  shadow: version,
})

for (const [kind, rig] of Object.entries(rigs)) {
  const { codes = { rejected: 'REGISTRY_REJECTED', unreachable: 'REGISTRY_UNREACHABLE' } } = rig
  describe(`rollout target ${kind}`, { concurrency: true }, () => {
    test('a change is read back and changes the generation; the same generation names the same state', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      const empty = await target.read(place)
      assert.deepEqual([empty.version, empty.traffic], [null, allTo(null)])
      const first = await target.set(place, allTo('1'), empty.generation)
      assert.deepEqual([first.version, first.traffic], ['1', allTo('1')])
      assert.notEqual(first.generation, empty.generation)
      assert.deepEqual(await target.read(place), first)
      const second = await target.set(place, allTo('2'), first.generation)
      assert.equal(second.version, '2')
      assert.notEqual(second.generation, first.generation)
    })

    test('every state on the way of a rollout and back is held, where the target promises it', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      let { generation } = await target.read(place)
      const way = [allTo('1'), shadow('1', '2'), canary('1', '2', 5), canary('1', '2', 50)]
      const back = [allTo('2'), canary('2', '1', 99), { ...canary('1', '2', 9), shadow: '2' }]
      const generations = new Set([generation])
      const held = [...way, ...back, allTo('1')].filter((state) => isAble(target, state))
      for (const [index, traffic] of held.entries()) {
        const state = await target.set(place, traffic, generation)
        assert.deepEqual([state.traffic, state.version], [traffic, traffic.stable])
        assert.deepEqual(await rig.open().read(place), state)
        generation = state.generation
        // Back where it began is a new state only for a target that counts.
        const isNew = index < held.length - 1 || target.abilities.compareAndSwap
        if (isNew) assert.ok(!generations.has(generation), generation)
        generations.add(generation)
      }
    })

    test('what the target cannot do is refused and changes nothing', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      const first = await target.set(place, allTo('1'), (await target.read(place)).generation)
      const asked = [allTo(null), canary('1', '2', 5), shadow('1', '2')]
      for (const traffic of asked.filter((state) => !isAble(target, state))) {
        const ask = () => target.set(place, traffic, first.generation)
        await assert.rejects(ask, isCode('ROLLOUT_UNABLE'))
      }
      assert.deepEqual(await target.read(place), first)
    })

    test('a version has no share of itself', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      const { generation } = await target.read(place)
      const state = await target.set(place, { ...canary('1', '1', 5), shadow: '1' }, generation)
      assert.deepEqual(state.traffic, allTo('1'))
    })

    test('a change on an old generation is refused and changes nothing', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      const empty = await target.read(place)
      const first = await target.set(place, allTo('1'), empty.generation)
      const late = () => target.set(place, allTo('2'), empty.generation)
      await assert.rejects(late, isCode('RELEASE_STALE'))
      assert.deepEqual(await target.read(place), first)
    })

    test('what somebody else changed since the look is found, a share as well as a version', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      let { generation } = await target.set(
        place,
        allTo('1'),
        (await target.read(place)).generation,
      )
      for (const foreign of [canary('1', '2', 7), shadow('1', '2'), allTo('2')]) {
        if (!isAble(target, foreign)) continue
        const seen = generation
        const other = await rig.open().set(place, foreign, seen)
        const late = () => target.set(place, { ...allTo('1'), stable: '1' }, seen)
        await assert.rejects(late, isCode('RELEASE_STALE'))
        assert.deepEqual(await target.read(place), other)
        generation = other.generation
      }
    })

    test('a change that is repeated is a success', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      let { generation } = await target.read(place)
      for (const traffic of [allTo('1'), canary('1', '2', 20), allTo('2')]) {
        if (!isAble(target, traffic)) continue
        const state = await target.set(place, traffic, generation)
        assert.deepEqual(await target.set(place, traffic, generation), state)
        generation = state.generation
      }
    })

    test('a version that does not exist is refused, and a place that does not is empty', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      const first = await target.set(place, allTo('1'), (await target.read(place)).generation)
      for (const traffic of [allTo('99'), canary('1', '99', 5), shadow('1', '99')]) {
        if (!isAble(target, traffic)) continue
        const ask = () => target.set(place, traffic, first.generation)
        await assert.rejects(ask, isCode(codes.rejected))
      }
      assert.deepEqual(await target.read(place), first)
      assert.equal((await target.read({ ...place, name: `${place.name}-none` })).version, null)
    })

    test('of two changes on one generation only one is made, where the target promises it', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      if (!target.abilities.compareAndSwap) return
      const first = await target.set(place, allTo('1'), (await target.read(place)).generation)
      const asked = [allTo('2'), canary('1', '2', 5), allTo('2'), canary('1', '2', 5)]
      const changes = await Promise.allSettled(
        asked.map((traffic) => rig.open().set(place, traffic, first.generation)),
      )
      const made = changes.flatMap((change) =>
        change.status === 'fulfilled' ? [trafficInWords(change.value.traffic)] : [],
      )
      // Repeating the change that was made is a success; the other one never is.
      assert.equal(new Set(made).size, 1)
      assert.equal(trafficInWords((await target.read(place)).traffic), made[0])
    })

    test('moved away and back is told from never moved, where the target promises it', async () => {
      const [target, place] = [rig.open(), await rig.place()]
      if (!target.abilities.compareAndSwap) return
      const empty = await target.read(place)
      const first = await target.set(place, allTo('1'), empty.generation)
      const second = await target.set(place, allTo('2'), first.generation)
      const back = await target.set(place, allTo('1'), second.generation)
      assert.notEqual(back.generation, first.generation)
    })

    test('a target that is not there is unreachable', async () => {
      const target = rig.open('http://127.0.0.1:1')
      const read = () => target.read({ name: 'trial', alias: 'champion' })
      await assert.rejects(read, isCode(codes.unreachable))
    })
  })
}

function isAble({ abilities }: RolloutTarget, { stable, canary, shadow }: Traffic): boolean {
  return (
    stable !== null && (canary === null || abilities.split) && (shadow === null || abilities.shadow)
  )
}

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code
