import assert from 'node:assert/strict'
import { test } from 'node:test'
import { targetState } from '../../../adapters/serving/rollout-target.ts'
import { allTo } from '../../../contracts/traffic.ts'
import { AliasFollower } from '../../../examples/model-server/alias-follower.ts'

const description = (leaf: number) => ({
  schema: 'driftgate-model/1',
  kind: 'gradient-boosted-trees',
  features: [{ name: 'amount', type: 'numeric' }],
  baseline: 0,
  trees: [[[leaf]]],
})

const parity = (leaf: number) => ({
  schema: 'driftgate-parity/1',
  tolerance: 1e-9,
  rows: [{ amount: 1 }],
  scores: [1 / (1 + Math.exp(-leaf))],
})

/** A registry whose version n holds a model with the leaf n; of version 13 the parity file is another's. */
function world() {
  const said: string[] = []
  const state = { alias: null as string | null, down: false, downloads: 0 }
  const follower = new AliasFollower('loan', 'champion', {
    rollout: {
      read: async () => {
        if (state.down) throw new Error('the registry sleeps')
        return targetState(allTo(state.alias), '')
      },
    },
    registry: {
      download: async (_name, version, file) => {
        state.downloads++
        const leaf = Number(version)
        const content = file === 'model.json' ? description(leaf) : parity(leaf === 13 ? 12 : leaf)
        return new TextEncoder().encode(JSON.stringify(content))
      },
    },
    say: (text) => said.push(text),
  })
  return { follower, said, state }
}

test('the server moves with the alias and says so', async () => {
  const { follower, said, state } = world()
  await follower.follow()
  assert.equal(follower.served?.version, undefined)
  for (const version of ['1', '1', '2']) {
    state.alias = version
    await follower.follow()
    assert.equal(follower.served?.version, version)
  }
  assert.deepEqual(said, ['serves version 1', 'serves version 2, before 1'])
})

test('a version that does not reproduce its parity file is refused and the one before serves on', async () => {
  const { follower, said, state } = world()
  state.alias = '1'
  await follower.follow()
  state.alias = '13'
  await follower.follow()
  await follower.follow()
  assert.equal(follower.served?.version, '1')
  assert.equal(follower.refused?.version, '13')
  assert.match(follower.refused?.reason ?? '', /parity\.json.*away from the trainer/)
  assert.equal(said.filter((text) => text.startsWith('refuses version 13')).length, 1)
  state.alias = '2'
  await follower.follow()
  assert.deepEqual([follower.served?.version, follower.refused], ['2', null])
})

test('a registry that does not answer changes nothing and is said once', async () => {
  const { follower, said, state } = world()
  state.alias = '1'
  await follower.follow()
  state.down = true
  await follower.follow()
  await follower.follow()
  assert.equal(follower.served?.version, '1')
  state.down = false
  await follower.follow()
  assert.deepEqual(said.slice(1), ['cannot follow: the registry sleeps', 'follows again'])
})

test('a version by name is loaded once and kept', async () => {
  const { follower, state } = world()
  const [first, second] = await Promise.all([follower.version('5'), follower.version('5')])
  assert.equal(first, second)
  assert.equal(state.downloads, 2)
  await assert.rejects(follower.version('13'))
  await assert.rejects(follower.version('13'), /parity/)
})
