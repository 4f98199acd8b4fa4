import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseModel, scoreRow } from '../../statistics/portable-model.ts'

const description = {
  schema: 'driftgate-model/1',
  kind: 'gradient-boosted-trees',
  classes: [0, 1],
  features: [
    { name: 'region', type: 'categorical', categories: ['east', 'west'] },
    { name: 'amount', type: 'numeric' },
  ],
  baseline: 0.5,
  trees: [
    [[1, 10, 1, 1, 2], [-1], [2]],
    [[0, [1], 0, 1, 2], [3], [1, 'Infinity', 0, 3, 4], [-2], [0.25]],
  ],
}
const logistic = (x: number) => 1 / (1 + Math.exp(-x))

test('a row takes one leaf per tree: at a threshold left, of the listed categories left', () => {
  const model = parseModel(description)
  assert.equal(scoreRow(model, { amount: 10, region: 'west' }), logistic(0.5 - 1 + 3))
  assert.equal(scoreRow(model, { amount: 10.1, region: 'east' }), logistic(0.5 + 2 - 2))
})

test('absent, null, NaN and unknown categories go the way of missing values', () => {
  const model = parseModel(description)
  const missing = logistic(0.5 - 1 + 0.25)
  assert.equal(scoreRow(model, {}), missing)
  assert.equal(scoreRow(model, { amount: null, region: 'north' }), missing)
  assert.equal(scoreRow(model, { amount: Number.NaN, region: undefined }), missing)
  assert.equal(scoreRow(model, { amount: 'NaN', region: null }), missing)
})

test('an infinite value is present', () => {
  const model = parseModel(description)
  assert.equal(scoreRow(model, { amount: 'Infinity', region: 'east' }), logistic(0.5 + 2 - 2))
})

test('a forest answers the mean of its leaves, and may compare single floats', () => {
  const leaves = [[1, 0.1, 1, 1, 2], [0.25], [0.75]]
  const forest = { ...description, kind: 'forest', trees: [leaves, [[0.5]]] }
  assert.equal(scoreRow(parseModel(forest), { amount: 0.1 }), (0.25 + 0.5) / 2)
  // As a single float a tenth lies above the double.
  const single = parseModel({ ...forest, precision: 'single' })
  assert.equal(scoreRow(single, { amount: 0.1 }), (0.75 + 0.5) / 2)
})

test('a description that is no model is refused with a reason', () => {
  for (const [change, reason] of [
    [{ kind: 'hedge' }, /unknown model/],
    [{ kind: 'forest', trees: [] }, /forest without trees/],
    [{ precision: 'half' }, /precision is not known/],
    [{ baseline: 'NaN' }, /baseline is not a finite number/],
    [{ trees: [[]] }, /without nodes/],
    [{ trees: [[[0, [1], 0, 0, 0]]] }, /no child/],
    [{ trees: [[[9, 1, 0, 1, 2], [1], [2]]] }, /splits a feature/],
    [{ trees: [[[1, [1], 0, 1, 2], [1], [2]]] }, /splits a feature/],
    [{ features: null }, /features is not a list/],
  ] as const) {
    assert.throws(() => parseModel({ ...description, ...change }), reason)
  }
  assert.throws(() => parseModel(null), TypeError)
})
