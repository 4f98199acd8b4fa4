import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openInference } from '../../../adapters/serving/open-inference.ts'
import { until } from '../../support/gate-world.ts'
import { modelServerWorld } from '../../support/model-server-world.ts'

describe('the example model server on MLflow and Kafka', () => {
  let world: Awaited<ReturnType<typeof modelServerWorld>>
  before(async () => {
    world = await modelServerWorld()
  })
  after(() => world.close())
  const get = (path: string) => world.get(path)
  const logged = () => world.logged(world.topic)

  test('before the alias names a version nothing is ready and the reason is said', async () => {
    assert.equal((await get('/v2/health/live')).status, 200)
    assert.equal((await get('/v2/health/ready')).status, 503)
    const ready = await get('/v2/models/loan/ready')
    assert.deepEqual([ready.status, ready.body['reason']], [503, 'the alias names no version yet'])
    assert.equal((await get('/v2/models/other')).status, 404)
  })

  test('predictions are in the log, keyed and dated, before they are answered', async () => {
    const version = await world.champion()
    const client = openInference(world.url)
    await until(async () => (await client.servedVersion('loan')) === version)
    const rows = Array.from({ length: 1_000 }, (_, index) => ({
      id: `p-${index}`,
      time: new Date(Date.UTC(2001, 0, 1) + index * 1_000).toISOString(),
      amount: index % 200,
    }))
    const answer = await client.infer('loan', rows)
    assert.equal(answer.version, version)
    assert.equal(answer.scores.length, 1_000)

    const records = await logged()
    assert.equal(records.length, 1_000)
    for (const { key, timestamp, event } of records) {
      const index = Number(event.id.slice(2))
      const { latencyMs = -1, ...said } = event
      assert.ok(latencyMs > 0 && latencyMs < 60_000)
      assert.deepEqual(said, {
        id: `p-${index}`,
        time: rows[index]?.time,
        model: 'loan',
        version,
        features: { amount: index % 200 },
        score: answer.scores[index],
      })
      assert.deepEqual([key, timestamp], [event.id, Date.parse(event.time)])
    }
  })

  test('a version that fails its parity is refused while the one before serves on', async () => {
    const before = await openInference(world.url).servedVersion('loan')
    const bad = await world.champion({
      marked: (files) => {
        const parity = files['parity.json'] as { scores: number[] }
        parity.scores[7] = 0.5
      },
    })
    await until(async () => refusedIn((await get('/v2/models/loan/ready')).body) > 0)
    const { status, body } = await get('/v2/models/loan/ready')
    assert.deepEqual([status, body['version']], [200, before])
    assert.match(JSON.stringify(body['refused']), /row 7 is scored/)
    assert.ok(world.said.some((text) => text.startsWith(`loan refuses version ${bad}`)))
    const good = await world.champion({ threshold: 150 })
    await until(async () => (await openInference(world.url).servedVersion('loan')) === good)
  })

  test('a former version answers by its number, and an unlogged request leaves no record', async () => {
    const count = (await logged()).length
    const body = {
      parameters: { log: false },
      inputs: [{ name: 'amount', shape: [1], datatype: 'FP64', data: [120] }],
    }
    const scores = new Map<string, number>()
    for (const version of ['1', '3']) {
      const response = await fetch(`${world.url}/v2/models/loan/versions/${version}/infer`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const answer = (await response.json()) as { outputs: [{ data: [number] }] }
      scores.set(version, answer.outputs[0].data[0])
    }
    assert.ok((scores.get('1') ?? 0) > 0.5 && (scores.get('3') ?? 1) < 0.5)
    assert.equal((await get('/v2/models/loan/versions/99')).status, 404)
    assert.equal((await logged()).length, count)
  })
})

const refusedIn = (body: Record<string, unknown>): number => (body['refused'] as unknown[]).length
