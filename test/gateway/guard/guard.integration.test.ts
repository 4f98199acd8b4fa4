import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { guardTold } from '../../../contracts/guard-answer.ts'
import { type GuardWorld, guardWorld, peopleRequest } from '../../support/guard-world.ts'

const toldIn = (body: { parameters: { guard: string } }) =>
  guardTold.parse(JSON.parse(body.parameters.guard))
const [low, high] = [1 / (1 + Math.E), 1 / (1 + Math.exp(-1))]

describe('a guard process before the example model server', () => {
  let world: GuardWorld

  before(async () => {
    const repairs = { age: { unit: 0.1, default: 40 }, city: { trim: true } }
    world = await guardWorld({ guard: { repairs } })
    await world.start()
  })
  after(() => world?.close())

  test('an accepted request and its answer go through byte by byte', async () => {
    const request = peopleRequest(
      [
        [41, 'a'],
        [70, 'b'],
      ],
      { id: 'r1' },
    )
    const guarded = await world.infer(request)
    const plain = await fetch(`${world.upstream}/v2/models/people/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...request, parameters: { log: false } }),
    })
    const { parameters: _, ...rest } = (await plain.json()) as Record<string, unknown>
    const { parameters: __, ...through } = guarded.body
    assert.deepEqual([guarded.status, through], [200, rest])
    assert.equal(guarded.headers.get('x-driftgate-guard'), 'accept')
    assert.equal(guarded.body.parameters.guard, undefined)
  })

  test('a repaired row reaches the model as repaired, and the answer names each repair', async () => {
    const { body, headers } = await world.infer(
      peopleRequest([
        [400, ' a '],
        [null, 'b'],
        [41, 'a'],
      ]),
    )
    assert.equal(headers.get('x-driftgate-guard'), 'clean')
    assert.deepEqual(body.outputs[0].data, [low, low, low])
    assert.deepEqual(
      world.scored.slice(-3).map(({ features }) => features),
      [
        { age: 40, city: 'a' },
        { age: 40, city: 'b' },
        { age: 41, city: 'a' },
      ],
    )
    assert.deepEqual(toldIn(body), {
      outcome: 'clean',
      rows: [
        {
          ...{ row: 0, outcome: 'clean', reasons: [] },
          repairs: [
            { feature: 'age', repair: 'unit', from: 400, to: 40 },
            { feature: 'city', repair: 'trim', from: ' a ', to: 'a' },
          ],
        },
        {
          ...{ row: 1, outcome: 'clean', reasons: [] },
          repairs: [{ feature: 'age', repair: 'default', from: null, to: 40 }],
        },
      ],
    })
  })

  test('a refused row of a batch never reaches the model, and no answer moves to its place', async () => {
    const before = world.scored.length
    const { status, body } = await world.infer(
      peopleRequest([
        [41, 'a'],
        ['old', 'a'],
        [70, 'b'],
        ['x', 'b'],
      ]),
    )
    assert.equal(status, 200)
    const [score] = body.outputs
    assert.deepEqual([score.shape, score.data], [[4], [low, null, high, null]])
    assert.deepEqual(
      world.scored.slice(before).map(({ features }) => features['age']),
      [41, 70],
    )
    const { outcome, rows } = toldIn(body)
    assert.deepEqual(
      [outcome, rows.map(({ row, reasons }) => [row, ...reasons])],
      [
        'refuse',
        [
          [1, { feature: 'age', reason: 'wrong type' }],
          [3, { feature: 'age', reason: 'wrong type' }],
        ],
      ],
    )
  })

  test('where every row is refused the model is not asked', async () => {
    const before = world.scored.length
    const { status, body } = await world.infer(
      peopleRequest([
        ['old', 'a'],
        ['older', 'b'],
      ]),
    )
    assert.deepEqual([status, body.code, world.scored.length], [400, 'GUARD_REFUSED', before])
    assert.match(body.error, /refuses 2 of 2 inputs: 2 wrong type/)
    assert.deepEqual(toldIn(body).rows.length, 2)
  })

  test('a flagged row is answered and named', async () => {
    const { body, headers } = await world.infer(
      peopleRequest([
        [41, 'z'],
        [-900, 'a'],
      ]),
    )
    assert.equal(headers.get('x-driftgate-guard'), 'flag')
    assert.deepEqual(body.outputs[0].data, [low, low])
    assert.deepEqual(
      toldIn(body).rows.map(({ row, reasons }) => [row, ...reasons]),
      [
        [0, { feature: 'city', reason: 'unseen category' }],
        [1, { feature: 'age', reason: 'out of range' }],
      ],
    )
  })

  test('a request for a version, metadata and readiness are the model server’s own', async () => {
    const path = '/v2/models/people/versions/1'
    const answer = await world.infer(peopleRequest([[41, 'a']]), {}, `${path}/infer`)
    assert.deepEqual(answer.body.outputs[0].data, [low])
    for (const asked of ['/v2/models/people', `${path}/ready`, '/v2/models/people/ready']) {
      const [guarded, plain] = await Promise.all(
        [world.url, world.upstream].map(async (root) => (await fetch(`${root}${asked}`)).json()),
      )
      assert.deepEqual(guarded, plain)
    }
    const live = await fetch(`${world.url}/v2/health/live`)
    assert.deepEqual(await live.json(), { live: true })
  })

  test('an error of the model server comes back as it is', async () => {
    const bad = peopleRequest([[41, 'a']])
    const wrong = {
      inputs: [...bad.inputs, { name: 'time', shape: [1], datatype: 'BYTES', data: ['soon'] }],
    }
    const { status, body } = await world.infer(wrong)
    assert.deepEqual(
      [status, body.error],
      [400, 'input time holds "soon", which is no time with a zone'],
    )
  })

  test('what cannot be read is refused with the reason, and an unknown model is said so', async () => {
    for (const [body, headers, reason] of [
      ['{', {}, /it is not JSON/],
      [{ instances: [[1]] }, {}, /no inputs/],
      [
        { inputs: [{ name: 'age', shape: [2], datatype: 'FP64', data: [1] }] },
        {},
        /as many as its shape/,
      ],
      [peopleRequest([[1, 'a']]), { 'content-encoding': 'gzip' }, /compressed by gzip/],
      [peopleRequest([[1, 'a']]), { 'inference-header-content-length': '10' }, /binary/],
    ] as const) {
      const { status, body: answer } = await world.infer(body, { headers })
      assert.deepEqual([status, answer.code], [400, 'GUARD_REQUEST_UNREADABLE'])
      assert.match(answer.error, reason)
    }
    const unknown = await world.infer(peopleRequest([[1, 'a']]), {}, '/v2/models/nobody/infer')
    assert.deepEqual([unknown.status, unknown.body.code], [404, 'GUARD_MODEL_UNKNOWN'])
  })

  test('the guard alone says what it would do, and what it judged by', async () => {
    const before = world.scored.length
    const { body } = await world.infer(
      peopleRequest([
        [41, ' a'],
        ['old', 'a'],
      ]),
      {},
      '/v1/guard/people?dry=true',
    )
    assert.equal(world.scored.length, before)
    assert.deepEqual(
      [body.schema, body.outcome, body.inputs, body.passed, body.fit.version],
      ['driftgate-guard/1', 'refuse', 2, 1, '1'],
    )
    assert.deepEqual(body.request, peopleRequest([[41, 'a']]))
  })
})
