import assert from 'node:assert/strict'
import { test } from 'node:test'
import { targetState } from '../../../adapters/serving/rollout-target.ts'
import { allTo, type Traffic } from '../../../contracts/traffic.ts'
import { TrafficFollower } from '../../../examples/model-server/traffic-follower.ts'

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
function world({ shadowTopic, draws = [] }: { shadowTopic?: string; draws?: number[] } = {}) {
  const said: string[] = []
  const state = { traffic: allTo(null), down: false, downloads: 0 }
  const follower = new TrafficFollower('loan', 'champion', {
    rollout: {
      read: async () => {
        if (state.down) throw new Error('the registry sleeps')
        return targetState(state.traffic, '')
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
    shadowTopic,
    random: () => draws.shift() ?? 0.5,
  })
  return { follower, said, state }
}

test('the server moves with the alias and says so', async () => {
  const { follower, said, state } = world()
  await follower.follow()
  assert.equal(follower.served?.version, undefined)
  for (const version of ['1', '1', '2']) {
    state.traffic = allTo(version)
    await follower.follow()
    assert.equal(follower.served?.version, version)
  }
  assert.deepEqual(said, ['serves version 1', 'serves version 2, before version 1'])
})

test('a version that does not reproduce its parity file is refused and the one before serves on', async () => {
  const { follower, said, state } = world()
  state.traffic = allTo('1')
  await follower.follow()
  state.traffic = allTo('13')
  await follower.follow()
  await follower.follow()
  assert.equal(follower.served?.version, '1')
  assert.equal(follower.refused[0]?.version, '13')
  assert.match(follower.refused[0]?.reason ?? '', /parity\.json.*away from the trainer/)
  assert.equal(said.filter((text) => text.startsWith('refuses version 13')).length, 1)
  state.traffic = allTo('2')
  await follower.follow()
  assert.deepEqual([follower.served?.version, follower.refused], ['2', []])
})

test('a registry that does not answer changes nothing and is said once', async () => {
  const { follower, said, state } = world()
  state.traffic = allTo('1')
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

const canary = (stable: string, version: string, percent: number): Traffic => ({
  ...{ stable, shadow: null },
  canary: { version, percent },
})

test('requests are shared as the target says, by chance or by their key', async () => {
  const { follower, state } = world({ draws: [0, 0.0999, 0.1, 0.999] })
  state.traffic = canary('1', '2', 10)
  await follower.follow()
  const drawn = Array.from({ length: 4 }, () => follower.choose()?.version)
  assert.deepEqual(drawn, ['2', '2', '1', '1'])
  const keys = Array.from({ length: 5_000 }, (_, index) => `person-${index}`)
  const chosen = () => keys.map((key) => follower.choose(key)?.version)
  const few = chosen()
  assert.deepEqual(chosen(), few, 'a key stays where it is')
  const share = few.filter((version) => version === '2').length
  // Binomial of 5,000 at 10 %: five standard deviations are 106.
  assert.ok(Math.abs(share - 500) < 107, `${share}`)
  state.traffic = canary('1', '2', 50)
  await follower.follow()
  const more = chosen()
  assert.ok(few.every((version, index) => version === '1' || more[index] === '2'))
})

test('what a refused version would have got the stable one answers', async () => {
  const { follower, said, state } = world({ shadowTopic: 'loan.shadow' })
  state.traffic = { ...canary('1', '13', 99), shadow: '2' }
  await follower.follow()
  assert.equal(follower.choose('anyone')?.version, '1')
  assert.deepEqual(follower.traffic, { stable: '1', canary: null, shadow: '2' })
  assert.deepEqual(
    follower.refused.map(({ version }) => version),
    ['13'],
  )
  assert.deepEqual(said.slice(0, 1), ['serves version 1, shadowed by version 2'])
  // A stable one that is refused leaves what is there, without shares.
  state.traffic = canary('13', '2', 50)
  await follower.follow()
  assert.deepEqual(follower.traffic, allTo('1'))
})

test('without a topic for its answers there is no shadow, and it is said', async () => {
  const { follower, state } = world()
  state.traffic = { ...allTo('1'), shadow: '2' }
  await follower.follow()
  assert.deepEqual(follower.traffic, allTo('1'))
  assert.match(follower.refused[0]?.reason ?? '', /no topic is given/)
})

test('from a share to all of the traffic the same loaded version goes on', async () => {
  const { follower, state } = world()
  state.traffic = canary('1', '2', 50)
  await follower.follow()
  const before = await follower.version('2')
  state.traffic = allTo('2')
  await follower.follow()
  assert.equal(follower.served, before)
  assert.equal(state.downloads, 4)
})
