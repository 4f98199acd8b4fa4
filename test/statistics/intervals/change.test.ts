import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pairedAuc } from '../../../statistics/intervals/auc.ts'
import { metricChange } from '../../../statistics/intervals/change.ts'
import { classifierPerformance } from '../../../statistics/intervals/classifier.ts'
import type { MetricEstimate } from '../../../statistics/intervals/estimate.ts'
import { pairedDifferences } from '../../../statistics/intervals/paired.ts'
import { regressorPerformance } from '../../../statistics/intervals/regressor.ts'
import { weightedMean } from '../../../statistics/intervals/weighted-metrics.ts'
import { mulberry32, normal } from '../../support/mulberry32.ts'
import { classifierRows } from './worlds.ts'

/** The estimates of a window that has enough labels. */
function measured(rows: ReturnType<typeof classifierRows>, next: () => number) {
  const found = classifierPerformance(rows.scores, rows.labels, { next, resamples: 200 })
  assert.equal(found.state, 'measured')
  return (found as { metrics: Record<string, MetricEstimate> }).metrics
}

test('without a change between windows its test is at most as often significant as it says', () => {
  const next = mulberry32(21)
  const trials = 150
  const alarms: Record<string, number> = {}
  for (let trial = 0; trial < trials; trial++) {
    const [before, now] = [
      measured(classifierRows(200, next), next),
      measured(classifierRows(120, next), next),
    ]
    for (const [metric, estimate] of Object.entries(before)) {
      const change = metricChange(estimate, now[metric] as MetricEstimate)
      if (change !== null && change.p < 0.05) alarms[metric] = (alarms[metric] ?? 0) + 1
    }
  }
  // Four standard errors above 6 %.
  for (const [metric, count] of Object.entries(alarms)) assert.ok(count <= 20, `${metric} ${count}`)
})

test('a model that lost its skill is significantly worse in every metric of it', () => {
  const next = mulberry32(22)
  const before = measured(classifierRows(1_000, next), next)
  const now = measured(classifierRows(1_000, next, { wrong: -2 }), next)
  for (const metric of ['accuracy', 'brier', 'log_loss', 'calibration_error', 'precision']) {
    const change = metricChange(before[metric] as MetricEstimate, now[metric] as MetricEstimate)
    assert.ok(change !== null && change.p < 1e-3, `${metric} ${change?.p}`)
    assert.ok(change.low > 0 || change.high < 0)
  }
})

test('the interval leaves out 0 exactly where the p-value is below 5 %', () => {
  const at = (value: number): MetricEstimate => ({
    value,
    interval: [value - 1, value + 2],
    method: 'bca',
  })
  for (const value of [0.5, 2.2, 2.3, -2.2, -2.3, 9]) {
    const change = metricChange(at(0), at(value))
    assert.ok(change !== null)
    assert.equal(change.p < 0.05, change.low > 0 || change.high < 0, `${value}`)
  }
})

test("DeLong's variance of two areas is that of all pairs, counted one by one", () => {
  const next = mulberry32(23)
  const n = 40
  const labels = Array.from({ length: n }, () => (next() < 0.4 ? 1 : 0))
  const first = labels.map((label) => Math.round(4 * (label + normal(next))) / 4)
  const second = labels.map((label, i) => label * 1.5 + 0.5 * (first[i] as number) + normal(next))
  const kernel = (one: number, zero: number) => (one > zero ? 1 : one === zero ? 0.5 : 0)
  const ones = labels.flatMap((label, i) => (label === 1 ? [i] : []))
  const zeros = labels.flatMap((label, i) => (label === 0 ? [i] : []))
  const gap = (i: number, j: number) =>
    kernel(second[i] as number, second[j] as number) -
    kernel(first[i] as number, first[j] as number)
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const spread = (values: readonly number[]) =>
    values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / (values.length - 1)
  const byOnes = ones.map((i) => mean(zeros.map((j) => gap(i, j))))
  const byZeros = zeros.map((j) => mean(ones.map((i) => gap(i, j))))
  const sd = Math.sqrt(spread(byOnes) / ones.length + spread(byZeros) / zeros.length)
  const found = pairedAuc(labels, first, second)
  assert.ok(Math.abs(found.difference - mean(byOnes)) < 1e-12)
  assert.ok(Math.abs((found.high - found.low) / 2 / 1.959963984540054 - sd) < 1e-12)
})

test('of two equally good models over the same rows no area is significantly larger too often', () => {
  const next = mulberry32(24)
  const trials = 300
  let held = 0
  for (let trial = 0; trial < trials; trial++) {
    const labels = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : 0))
    const common = labels.map((label) => label + normal(next))
    const model = () => common.map((value) => value + 0.7 * normal(next))
    const { low, high } = pairedAuc(labels, model(), model())
    if (low <= 0 && high >= 0) held++
  }
  assert.ok(held >= 266 && held <= 300, `${held} of ${trials}`)
})

test('two models over the same rows differ by less noise than two windows do', () => {
  const next = mulberry32(25)
  const hard = Array.from({ length: 300 }, () => 5 * next())
  const losses = (more: number) =>
    weightedMean(hard.map((value) => value + more + 0.2 * normal(next)))
  const [found] = pairedDifferences([{ first: losses(0), second: losses(-0.1) }], {
    rows: 300,
    next,
    resamples: 500,
  })
  assert.ok(found && found.high < 0 && found.high - found.low < 0.1)
})

test('few labels say so, for a window and for a metric that is about few of its rows', () => {
  const next = mulberry32(26)
  const few = regressorPerformance([1, 2, 3], [1, 2, 3], { next })
  assert.deepEqual(few, { state: 'INSUFFICIENT_LABELS', rows: 3, needed: 100 })
  const scores = Float64Array.from({ length: 200 }, next)
  const labels = scores.map((_, row) => (row < 3 ? 1 : 0))
  const { recall, accuracy } = measured({ scores, labels: Uint8Array.from(labels) }, next)
  assert.deepEqual(recall, { value: null, interval: null, why: 'INSUFFICIENT_LABELS' })
  assert.notEqual(accuracy?.interval, null)
})
