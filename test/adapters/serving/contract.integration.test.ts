import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { registries } from '../../../adapters/registry/index.ts'
import type { rolloutTargets } from '../../../adapters/serving/index.ts'
import { mlflowAlias } from '../../../adapters/serving/mlflow-alias.ts'
import type { RolloutPlace, RolloutTarget } from '../../../adapters/serving/rollout-target.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { servers } from '../../support/servers.ts'

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
      const registry = registries.mlflow(servers().mlflow)
      for (const runKey of ['aaa', 'bbb']) {
        await registry.register({ name, runKey, files: new Map(), metrics: {}, tags: {} })
      }
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

    test('a target that is not there is unreachable', async () => {
      const target = rig.open('http://127.0.0.1:1')
      const read = () => target.read({ name: 'trial', alias: 'champion' })
      await assert.rejects(read, isCode('REGISTRY_UNREACHABLE'))
    })
  })
}

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code
