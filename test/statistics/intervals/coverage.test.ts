import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bootstrapIntervals } from '../../../statistics/intervals/bootstrap.ts'
import { clustersByKey } from '../../../statistics/intervals/estimate.ts'
import { multiclassPerformance } from '../../../statistics/intervals/multiclass.ts'
import { skewedMeanInterval } from '../../../statistics/intervals/skewed-mean.ts'
import { studentQuantile } from '../../../statistics/intervals/student-quantile.ts'
import { weightedMean } from '../../../statistics/intervals/weighted-metrics.ts'
import { logFactorial } from '../../../statistics/log-factorial.ts'
import { mean, variance } from '../../../statistics/mean-variance.ts'
import { rateInterval } from '../../../statistics/wilson.ts'
import { mulberry32, normal } from '../../support/mulberry32.ts'
import { classifierWorld, coverage, multiclassWorld, regressorWorld, type World } from './worlds.ts'

test('95 % intervals of a rate hold 94 to 98.5 % of every rate of five expected rows, by the exact law', () => {
  for (const n of [100, 150, 400]) {
    for (let p = 5 / n; p <= 0.5; p += 0.005) {
      let held = 0
      for (let k = 0; k <= n; k++) {
        const [low, high] = rateInterval(k, n)
        if (low > p || p > high) continue
        const ways = logFactorial(n) - logFactorial(k) - logFactorial(n - k)
        held += Math.exp(ways + k * Math.log(p) + (n - k) * Math.log1p(-p))
      }
      assert.ok(held >= 0.94 && held <= 0.985, `${held} of rate ${p} in ${n} rows`)
    }
  }
})

/** The whole grid is `npm run bench -- intervals`; these bounds lie four standard errors outside of 94 and 98.5 %. */
const within = (held: number, trials: number) => {
  const bound = (share: number, sign: number) =>
    trials * share + sign * 4 * Math.sqrt(trials * share * (1 - share))
  return held >= bound(0.94, -1) && held <= bound(0.985, 1)
}

function holds(world: World, seed: number): void {
  for (const [metric, { held, trials }] of coverage(world, {
    rows: 100,
    trials: 200,
    next: mulberry32(seed),
  })) {
    assert.ok(within(held, trials), `${metric}: ${held} of ${trials}`)
  }
}

test('the intervals of every metric of a classifier hold the truth as often as they say', () =>
  holds(classifierWorld('even', { spread: 2 }, mulberry32(11), 300), 12))

test('the intervals of every metric of a regressor hold the truth as often as they say', () =>
  holds(
    regressorWorld('normal', (next) => normal(next, 0.2, 0.7), mulberry32(13), 300),
    14,
  ))

test('the intervals of every metric of a table of classes hold the truth as often as they say', () =>
  holds(multiclassWorld('three classes', [0.4, 0.3, 0.3], 0.7, mulberry32(19), 200), 20))

test('of several classes a rare one leaves the numbers and takes their intervals, but that of the right answers', () => {
  const labels = Array.from({ length: 200 }, (_, row) => (row < 5 ? 2 : row % 2))
  const found = multiclassPerformance(
    { labels, predicted: labels, classes: 4 },
    { next: mulberry32(1) },
  )
  assert.equal(found.state, 'measured')
  if (found.state !== 'measured') return
  const { accuracy, f1, mcc } = found.metrics
  assert.ok(accuracy.interval !== null && accuracy.interval[0] > 0.95)
  for (const one of [f1, mcc]) {
    assert.deepEqual(one, { value: 1, interval: null, why: 'INSUFFICIENT_LABELS' })
  }
})

test('the mean of a hundred squares of exponential values lies in its interval, and not in Student’s', () => {
  const next = mulberry32(17)
  let [ours, students] = [0, 0]
  const trials = 4_000
  for (let trial = 0; trial < trials; trial++) {
    const squares = Float64Array.from({ length: 100 }, () => Math.log(1 - next()) ** 2)
    const [low, high] = skewedMeanInterval(squares)
    if (low <= 2 && 2 <= high) ours++
    const reach = studentQuantile(0.025, 99) * Math.sqrt(variance(squares) / 100)
    if (Math.abs(mean(squares) - 2) <= reach) students++
  }
  assert.ok(within(ours, trials), `${ours}`)
  assert.ok(students < 0.92 * trials, `${students}`)
})

test('an interval of values that are all alike is that value, and turning them round turns it round', () => {
  assert.deepEqual(skewedMeanInterval([3, 3, 3]), [3, 3])
  const values = Array.from({ length: 50 }, (_, i) => (i % 7) ** 3)
  const [low, high] = skewedMeanInterval(values)
  const [turnedLow, turnedHigh] = skewedMeanInterval(values.map((value) => -value))
  assert.ok(Math.abs(low + turnedHigh) < 1e-9 && Math.abs(high + turnedLow) < 1e-9)
  assert.ok(high - mean(values) > mean(values) - low, 'the longer tail has the longer arm')
})

test('rows that hang together are drawn together: as rows of their own they would hold far less', () => {
  const next = mulberry32(15)
  let [together, apart] = [0, 0]
  const trials = 200
  for (let trial = 0; trial < trials; trial++) {
    const keys = Array.from({ length: 400 }, (_, row) => row % 100)
    const common = Array.from({ length: 100 }, () => normal(next))
    const metric = weightedMean(keys.map((key) => (common[key] as number) + 0.3 * normal(next)))
    const options = { rows: 400, next, resamples: 300 }
    const clusters = clustersByKey(keys) as { of: Int32Array; count: number }
    const [ours] = bootstrapIntervals([metric], { ...options, clusters })
    const [others] = bootstrapIntervals([metric], options)
    if (ours && ours.low <= 0 && ours.high >= 0) together++
    if (others && others.low <= 0 && others.high >= 0) apart++
  }
  assert.ok(within(together, trials), `${together}`)
  assert.ok(apart < 0.8 * trials, `${apart}`)
})
