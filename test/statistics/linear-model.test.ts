import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseModel, scoreRow } from '../../statistics/portable-model.ts'

const description = {
  schema: 'driftgate-model/1',
  kind: 'linear',
  link: 'identity',
  features: [
    { name: 'amount', type: 'numeric', weight: 2, missing: 7, low: -1, high: 10 },
    { name: 'region', type: 'categorical', categories: ['east', 'west'], weights: [0.5, -0.5] },
  ],
  intercept: 1,
}

test('each feature adds its weight, a missing or unknown value what is said of it', () => {
  const model = parseModel(description)
  assert.equal(scoreRow(model, { amount: 3, region: 'east' }), 1 + 6 + 0.5)
  assert.equal(scoreRow(model, { amount: null, region: 'west' }), 1 + 7 - 0.5)
  assert.equal(scoreRow(model, { amount: 'NaN', region: 'north' }), 1 + 7)
})

test('a number beyond what was learned from counts as the end, also an infinite one', () => {
  const model = parseModel(description)
  assert.equal(scoreRow(model, { amount: 1e300, region: null }), 1 + 20)
  assert.equal(scoreRow(model, { amount: '-Infinity' }), 1 - 2)
})

test('a classifier answers the logistic of the sum', () => {
  const model = parseModel({ ...description, link: 'logistic' })
  assert.equal(scoreRow(model, { amount: 0, region: 'west' }), 1 / (1 + Math.exp(-0.5)))
})

test('a description that is no model is refused with a reason', () => {
  const [amount, region] = description.features
  for (const [change, reason] of [
    [{ link: 'probit' }, /link is not known/],
    [{ intercept: null }, /intercept is not a finite number/],
    [{ features: [{ ...amount, weight: undefined }] }, /weight of amount/],
    [{ features: [{ ...region, weights: [1] }] }, /categories of region lack weights/],
  ] as const) {
    assert.throws(() => parseModel({ ...description, ...change }), reason)
  }
})
