import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quantileLoss, regressionMetrics } from '../../../statistics/metrics/regression.ts'

test('a prediction that is always two too high has a bias of two', () => {
  const { bias, mae, r2 } = regressionMetrics([1, 2, 3, 6], [3, 4, 5, 8])
  assert.deepEqual([bias, mae], [2, 2])
  assert.ok(Math.abs(r2 - (1 - 4 / 3.5)) < 1e-12)
})

test('the quantile loss weighs what is missing by q and what is too much by 1 - q', () => {
  const loss = quantileLoss(0.9)
  assert.ok(Math.abs(loss(10, 8) - 1.8) < 1e-12)
  assert.ok(Math.abs(loss(8, 10) - 0.2) < 1e-12)
  assert.throws(() => quantileLoss(1), RangeError)
})

test('of constant actuals no share is explained: not a number', () => {
  assert.ok(Number.isNaN(regressionMetrics([5, 5], [4, 6]).r2))
})
