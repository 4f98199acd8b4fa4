import { targetState } from '../../adapters/serving/rollout-target.ts'
import type { LoggedPrediction } from '../../contracts/prediction.ts'
import { allTo } from '../../contracts/traffic.ts'
import { buildServer } from '../../examples/model-server/server.ts'
import { TrafficFollower } from '../../examples/model-server/traffic-follower.ts'

/** The example's model server with trees of two leaves: older than 50 or not. `scored`: what its log would hold. */
export async function peopleServer(scored: LoggedPrediction[]) {
  const description = {
    schema: 'driftgate-model/1',
    kind: 'gradient-boosted-trees',
    features: [
      { name: 'age', type: 'numeric' },
      { name: 'city', type: 'categorical', categories: ['a', 'b'] },
    ],
    baseline: 0,
    trees: [[[0, 50, 1, 1, 2], [-1], [1]]],
  }
  const low = 1 / (1 + Math.E)
  const parity = {
    schema: 'driftgate-parity/1',
    tolerance: 1e-9,
    rows: [{ age: 1, city: 'a' }],
    scores: [low],
  }
  const follower = new TrafficFollower('people', 'champion', {
    registry: {
      download: async (_name, _version, file) =>
        new TextEncoder().encode(JSON.stringify(file === 'model.json' ? description : parity)),
    },
    rollout: { read: async () => targetState(allTo('1'), '') },
    say: () => {},
  })
  await follower.follow()
  const app = buildServer(new Map([['people', { follower, topic: 'people', copies: null }]]), {
    append: async (_topic, events) => void scored.push(...events),
    close: async () => {},
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, app, close: () => app.close() }
}
