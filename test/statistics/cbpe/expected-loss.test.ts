import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectedLosses } from '../../../statistics/cbpe/expected-loss.ts'
import { mean } from '../../../statistics/mean-variance.ts'
import { mulberry32 } from '../../support/mulberry32.ts'

test('what rows are expected to lose is what they lose once labels are drawn by their probabilities', () => {
  const next = mulberry32(47)
  const rows = 200_000
  const scores = Float64Array.from({ length: rows }, next)
  const probabilities = scores.map((score) => score ** 2)
  const predicted = scores.map((score) => (score >= 0.4 ? 1 : 0))
  const labels = probabilities.map((p) => (next() < p ? 1 : 0))
  const table = { scores, predicted, probabilities }
  const brier = mean(scores.map((score, row) => (score - (labels[row] as number)) ** 2))
  assert.ok(Math.abs(mean(expectedLosses(table, 'brier')) - brier) < 0.003)
  const wrong = mean(predicted.map((one, row) => (one === labels[row] ? 0 : 1)))
  assert.ok(Math.abs(mean(expectedLosses(table, 'error_rate')) - wrong) < 0.005)
})
