import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  answer,
  BadRequest,
  inferenceRequest,
  questionsOf,
} from '../../../examples/model-server/inference.ts'
import { parseModel } from '../../../statistics/portable-model.ts'

const model = {
  version: '3',
  trees: parseModel({
    schema: 'driftgate-model/1',
    kind: 'gradient-boosted-trees',
    features: [
      { name: 'region', type: 'categorical', categories: ['east', 'west'] },
      { name: 'amount', type: 'numeric' },
    ],
    baseline: 0,
    trees: [[[1, 10, 1, 1, 2], [-1], [1]]],
  }),
}
const low = 1 / (1 + Math.E)

const column = (name: string, datatype: string, data: unknown[], shape = [data.length]) => ({
  name,
  shape,
  datatype,
  data,
})
const at = { sinceMs: 1_000, nowMs: () => 1_002.5004 }
const ask = (...inputs: object[]) => {
  const questions = questionsOf(inferenceRequest.parse({ inputs }), Date.UTC(2024, 0, 1))
  const answers = answer('loan', model, questions, at)
  assert.ok(!answers.failed)
  return answers.events
}

test('a prediction event carries what was asked, the version and the probability', () => {
  const events = ask(
    column('id', 'BYTES', ['a', 'b']),
    column('time', 'BYTES', ['2024-05-01T00:00:00+02:00', '2024-05-02T00:00:00Z']),
    column('amount', 'FP64', [9, 11], [2, 1]),
    column('region', 'BYTES', ['east', null]),
  )
  assert.deepEqual(events[0], {
    id: 'a',
    time: '2024-04-30T22:00:00.000Z',
    model: 'loan',
    version: '3',
    features: { amount: 9, region: 'east' },
    score: low,
    latencyMs: 2.5,
  })
  assert.deepEqual(events[1]?.features, { amount: 11, region: null })
  assert.equal(events[1]?.score, 1 / (1 + Math.exp(-1)))
})

test('without id and time a prediction gets a fresh id and now', () => {
  const [first, second] = ask(column('amount', 'FP64', [9, 9]))
  assert.equal(first?.time, '2024-01-01T00:00:00.000Z')
  assert.notEqual(first?.id, second?.id)
})

test('a feature without an input is missing', () => {
  assert.equal(ask(column('region', 'BYTES', ['west']))[0]?.score, low)
})

test('a request that cannot be answered says why', () => {
  const amount = column('amount', 'FP64', [9])
  for (const [inputs, reason] of [
    [[amount, column('region', 'BYTES', ['east', 'west'])], /region does not hold 1 value/],
    [[column('amount', 'FP64', [9], [2])], /amount does not hold/],
    [[column('other', 'FP64', [9])], /no input is a feature: region, amount/],
    [[column('amount', 'BYTES', ['much'])], /amount holds text, "much"/],
    [[amount, column('id', 'BYTES', [null])], /input id/],
    [[amount, column('time', 'BYTES', ['2024-05-01T00:00:00'])], /no time with a zone/],
    [[amount, column('time', 'BYTES', ['soonZ'])], /no time with a zone/],
  ] as const) {
    assert.throws(
      () => ask(...inputs),
      (error) => error instanceof BadRequest && reason.test(error.message),
    )
  }
})

test('where the model gives no number none of the rows has an answer, and each says what failed', () => {
  const steep = parseModel({
    ...{ schema: 'driftgate-model/1', kind: 'linear', link: 'identity', intercept: 0 },
    features: [{ name: 'amount', type: 'numeric', weight: 1e308, low: 0, high: 1e308 }],
  })
  const inputs = [column('id', 'BYTES', ['a', 'b']), column('amount', 'FP64', [1, 100])]
  const questions = questionsOf(inferenceRequest.parse({ inputs }), Date.UTC(2024, 0, 1))
  const answers = answer('loan', { version: '4', trees: steep }, questions, at)
  assert.ok(answers.failed)
  assert.equal(answers.error, 'the score is Infinity')
  assert.deepEqual(
    answers.events.map(({ id, version, error }) => [id, version, error]),
    ['a', 'b'].map((id) => [id, '4', 'the score is Infinity']),
  )
  assert.ok(answers.events.every((event) => !('score' in event) && event.latencyMs === 2.5))
})
