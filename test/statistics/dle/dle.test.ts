import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BoosterColumn } from '../../../statistics/binned-columns.ts'
import { type Dle, estimateDle, fitDle } from '../../../statistics/dle/estimator.ts'
import { regressionMetrics } from '../../../statistics/metrics/regression.ts'
import { mulberry32, normal } from '../../support/mulberry32.ts'

/** Errors are three times as large in one of two groups. */
function draw(rows: number, share: number, next: () => number) {
  const codes = Int32Array.from({ length: rows }, () => (next() < share ? 1 : 0))
  const predicted = Float64Array.from(codes, () => normal(next, 20, 2))
  const actual = predicted.map((value, row) => value + normal(next) * (codes[row] === 1 ? 3 : 1))
  const columns: BoosterColumn[] = [{ kind: 'categorical', codes }]
  return { columns, predicted, actual }
}

test('more rows of the kind that is hard raise the estimate, and labels later agree', () => {
  const next = mulberry32(51)
  const reference = draw(4_000, 0.2, next)
  const fitted = fitDle(reference.columns, reference.predicted, reference.actual)
  const now = draw(4_000, 0.8, next)
  const { values, samplingErrors } = estimateDle(fitted, now.columns, now.predicted)
  const truth = regressionMetrics(now.actual, now.predicted)
  for (const metric of ['mae', 'rmse', 'mape'] as const) {
    assert.ok(Math.abs(values[metric] / truth[metric] - 1) < 0.1, metric)
    assert.ok(
      values[metric] > 1.3 * regressionMetrics(reference.actual, reference.predicted)[metric],
    )
    assert.ok(samplingErrors[metric] > 0)
  }
})

test('a stored estimator gives the same bytes, and the same estimates; unseen categories are missing', () => {
  const next = mulberry32(52)
  const { columns, predicted, actual } = draw(600, 0.5, next)
  const fitted = fitDle(columns, predicted, actual)
  const text = JSON.stringify(fitted)
  const again = JSON.parse(text) as Dle
  assert.equal(JSON.stringify(again), text)
  assert.deepEqual(estimateDle(again, columns, predicted), estimateDle(fitted, columns, predicted))
  const unseen: BoosterColumn[] = [{ kind: 'categorical', codes: new Int32Array(600).fill(9) }]
  const missing: BoosterColumn[] = [{ kind: 'categorical', codes: new Int32Array(600).fill(-1) }]
  assert.deepEqual(estimateDle(fitted, unseen, predicted), estimateDle(fitted, missing, predicted))
})

test('a weight of two is the row twice', () => {
  const next = mulberry32(53)
  const { columns, predicted, actual } = draw(400, 0.5, next)
  const { codes } = columns[0] as { codes: Int32Array }
  const twice = (values: ArrayLike<number>) => [...Array.from(values), ...Array.from(values)]
  const weighted = fitDle(columns, predicted, actual, new Float64Array(400).fill(2))
  const doubled = fitDle(
    [{ kind: 'categorical', codes: Int32Array.from(twice(codes)) }],
    twice(predicted),
    twice(actual),
  )
  const of = (fitted: Dle) => estimateDle(fitted, columns, predicted).values.mae
  assert.ok(Math.abs(of(weighted) / of(doubled) - 1) < 1e-6)
})

test('without rows there is nothing to learn from', () => {
  assert.throws(() => fitDle([], [], []), RangeError)
})
