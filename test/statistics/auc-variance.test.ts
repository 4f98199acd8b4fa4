import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aucEstimate, foldedAucInterval } from '../../statistics/auc-variance.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const won = (x: number, y: number) => (y > x ? 1 : y === x ? 0.5 : 0)
const average = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length
const spread = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + (value - average(values)) ** 2, 0) / (values.length - 1)
const near = (found: number, expected: number, within = 1e-12) =>
  assert.ok(Math.abs(found - expected) <= within, `${found}, expected ${expected}`)

test('area and variance are those of counting every pair, ties half', () => {
  const next = mulberry32(3)
  for (const [n, m, levels] of [
    [7, 5, 3],
    [30, 41, 6],
    [2, 60, 1_000],
    [25, 25, 1],
  ] as const) {
    const x = Array.from({ length: n }, () => Math.floor(next() * levels))
    const y = Array.from({ length: m }, () => Math.floor(next() * (levels + 1)))
    const { auc, variance } = aucEstimate(x, y)
    const ofX = x.map((one) => average(y.map((other) => won(one, other))))
    const ofY = y.map((one) => average(x.map((other) => won(other, one))))
    near(auc, average(ofX))
    near(variance, spread(ofX) / n + spread(ofY) / m)
  }
})

test('two and three scores worked out by hand', () => {
  // Of x 1 and 2/3 of the pairs are won by y: variance 1/18. Of y 3/4, 3/4 and 1: variance 1/48.
  const { auc, variance } = aucEstimate([1, 2], [2, 2, 3])
  near(auc, 5 / 6)
  near(variance, 1 / 18 / 2 + 1 / 48 / 3)
})

test('the variance is that of areas over fresh samples', () => {
  const next = mulberry32(11)
  const sample = (size: number, mean: number) =>
    Array.from({ length: size }, () => normal(next, mean))
  const found = Array.from({ length: 2_000 }, () => aucEstimate(sample(40, 0), sample(60, 0.8)))
  const ratio = average(found.map((one) => one.variance)) / spread(found.map((one) => one.auc))
  assert.ok(ratio > 0.87 && ratio < 1.15, `${ratio}`)
})

test('an empty side is refused', () => {
  assert.throws(() => aucEstimate([], [1]), RangeError)
  assert.throws(() => aucEstimate([1], []), RangeError)
})

test('the interval of folds holds their mean and stays inside 0 and 1', () => {
  const perfect = foldedAucInterval([aucEstimate([1, 2], [3, 4]), aucEstimate([0], [5])], 5)
  assert.equal(perfect.auc, 1)
  assert.equal(perfect.high, 1)
  assert.ok(perfect.low > 0 && perfect.low < 1, `${perfect.low}`)
  const middle = foldedAucInterval(Array(5).fill({ auc: 0.5, variance: 0.01 }), 2_500)
  near(middle.low + middle.high, 1)
  // On the log-odds scale: 1.96 x root of 0.01 (1/5 + 1/4), over 0.25.
  near(Math.log(middle.high / middle.low), (1.959964 * Math.sqrt(0.0045)) / 0.25, 1e-6)
})
