import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { listMoves } from '../../adapters/postgres/traffic-moves.ts'
import { openInference } from '../../adapters/serving/open-inference.ts'
import { allTo, trafficInWords } from '../../contracts/traffic.ts'
import { gateWorker } from '../support/gate-worker.ts'
import { gateWorld, until } from '../support/gate-world.ts'
import { modelServerWorld } from '../support/model-server-world.ts'
import { servers } from '../support/servers.ts'

/** Right up to an amount of 179, beyond it no number: two of five requests fail. */
function failing(files: Record<string, unknown>): void {
  files['model.json'] = {
    ...{ schema: 'driftgate-model/1', kind: 'linear', link: 'identity', intercept: 0 },
    features: [{ name: 'amount', type: 'numeric', weight: 1e306, low: 0, high: 1e308 }],
  }
  const rows = [{ amount: 0 }, { amount: 100 }]
  files['parity.json'] = {
    ...{ schema: 'driftgate-parity/1', tolerance: 1e-9, rows },
    scores: rows.map(({ amount }) => 1e306 * amount),
  }
}

describe('a release whose steps are served and looked at', { concurrency: true }, () => {
  let world: Awaited<ReturnType<typeof modelServerWorld>>
  let other: Awaited<ReturnType<typeof modelServerWorld>>
  before(async () => {
    world = await modelServerWorld({ deaf: false }, 'm')
    other = await modelServerWorld({ deaf: false }, 'm')
  })
  after(() => Promise.all([world.close(), other.close()]))

  /** Approved, with requests that come as long as it moves. */
  async function released(served: typeof world, marked?: (files: Record<string, unknown>) => void) {
    const stable = await served.champion()
    const candidate = await served.register(marked ? { marked } : { threshold: 101 })
    const { kafka, mlflow } = servers()
    const gate = await gateWorld({
      ...{ candidate, workerless: true },
      model: {
        ...{ log: { topic: served.topic }, features: { amount: { type: 'numeric' } } },
        ...{ registry: { name: served.name }, serving: { url: served.url } },
        rollout: {
          steps: [{ shadow: '2s' }, { share: 30, for: '2s' }],
          ...{ shadowTopic: served.shadowTopic, look: '1s', watch: '1s' },
          health: { minimumRequests: 200, errors: 0.15, latency: 50, inputs: false },
        },
      },
    })
    const registry = { kind: 'mlflow' as const, url: mlflow }
    const worker = await gateWorker({ ...gate.workerInput, registry, served: [kafka] })
    let goesOn = true
    const traffic = (async () => {
      for (let n = 0; goesOn; n++) await requests(served.url, n)
    })()
    try {
      await until(async () => (await served.get('/v2/models/m/ready')).status === 200)
      await gate.open()
      assert.equal((await gate.decide(await gate.message()))?.outcome, 'APPROVED')
      const result = await gate.result()
      const moves = await listMoves(gate.db, gate.release)
      const { rows } = await gate.db.query('select health from rollouts')
      return { ...{ stable, candidate, result, health: rows[0]?.health }, moves }
    } finally {
      goesOn = false
      await traffic
      await worker.stop()
      await gate.close()
    }
  }

  test('shadow, canary, all: a good candidate is promoted on what the log says of it', async () => {
    const { stable, candidate, result, moves } = await released(world)
    assert.deepEqual([result.state, result.reason], ['promoted', `version ${candidate} serves`])
    assert.deepEqual(
      moves.map((move) => trafficInWords(move.traffic)),
      [
        { stable, canary: null, shadow: candidate },
        { stable, canary: { version: candidate, percent: 30 }, shadow: null },
        allTo(candidate),
      ].map(trafficInWords),
    )
    assert.equal(await openInference(world.url).servedVersion('m'), candidate)
  })

  test('a bad canary goes back by itself, before it has all of the traffic', async () => {
    const { stable, result, moves, health } = await released(other, failing)
    assert.equal(result.state, 'rolled-back', result.reason)
    assert.equal(health.state, 'UNHEALTHY')
    const errors = health.measures.find((each: { measure: string }) => each.measure === 'errors')
    assert.ok(errors.candidate > 0.2 && errors.stable === 0, JSON.stringify(errors))
    assert.deepEqual(moves.at(-1)?.traffic, allTo(stable))
    assert.ok(moves.every(({ traffic }) => traffic.stable === stable))
    assert.equal(moves.at(-1)?.by, 'rule:health')
    assert.equal(await openInference(other.url).servedVersion('m'), stable)
  })
})

/** Twenty requests at once, a row each; what fails is an answer too. */
async function requests(url: string, round: number): Promise<void> {
  const ask = async (each: number) => {
    const amount = (round * 20 + each) % 300
    const inputs = [
      { name: 'id', shape: [1], datatype: 'BYTES', data: [`r-${round}-${each}`] },
      { name: 'amount', shape: [1], datatype: 'FP64', data: [amount] },
    ]
    const response = await fetch(`${url}/v2/models/m/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs }),
    })
    await response.text()
  }
  await Promise.all(Array.from({ length: 20 }, (_, each) => ask(each)))
}
