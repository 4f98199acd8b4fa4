import assert from 'node:assert/strict'
import { test } from 'node:test'
import { binaryMetrics, classificationMetrics } from '../../../statistics/metrics/binary.ts'
import { auc } from '../../../statistics/metrics/ranking.ts'
import { mulberry32 } from '../../support/mulberry32.ts'

test('the area under the curve of one class alone is one half', () => {
  assert.equal(auc([0.1, 0.9], [1, 1]), 0.5)
  assert.equal(auc([0.1, 0.9], [0, 0]), 0.5)
})

test('a confident mistake has a finite log loss', () => {
  assert.ok(Number.isFinite(binaryMetrics([1, 0], [0, 1]).log_loss))
})

test('no rows, unequal lists, odd labels and scores that are no numbers are range errors', () => {
  for (const [scores, labels] of [
    [[], []],
    [[0.5], [0, 1]],
    [[0.5], [2]],
    [[Number.NaN], [1]],
  ] as [number[], number[]][]) {
    assert.throws(() => binaryMetrics(scores, labels), RangeError)
    assert.throws(() => classificationMetrics(scores, labels), RangeError)
    assert.throws(() => auc(scores, labels), RangeError)
  }
})

test('the area under the curve is the share of pairs in the right order, ties half', () => {
  const next = mulberry32(1)
  const scores = Array.from({ length: 60 }, () => Math.floor(next() * 8) / 8)
  const labels = scores.map((score) => (next() < score ? 1 : 0))
  let [right, pairs] = [0, 0]
  for (const [i, one] of scores.entries()) {
    for (const [j, zero] of scores.entries()) {
      if (labels[i] !== 1 || labels[j] !== 0) continue
      pairs++
      right += one > zero ? 1 : one === zero ? 0.5 : 0
    }
  }
  assert.ok(Math.abs(auc(scores, labels) - right / pairs) < 1e-12)
})

test('a metric that no row speaks of is not a number instead of zero', () => {
  const all = classificationMetrics([0.1, 0.2], [1, 0])
  assert.ok(Number.isNaN(all.precision))
  assert.equal(all.recall, 0)
  const alone = classificationMetrics([0.1, 0.9], [1, 1])
  assert.ok(Number.isNaN(alone.specificity) && Number.isNaN(alone.roc_auc))
  assert.ok(Number.isNaN(alone.balanced_accuracy) && Number.isNaN(alone.mcc))
})

test('the cost of a row is the mean over what its answers cost', () => {
  const { expected_cost } = classificationMetrics([0.9, 0.8, 0.2, 0.1], [1, 0, 1, 0], {
    costs: { fp: 10, fn: 100, tp: -2 },
  })
  assert.equal(expected_cost, (10 + 100 - 2) / 4)
})
