import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sumExponent, sumThreshold, valuesNeeded } from '../../statistics/sum-threshold.ts'
import { spreadP, windowSpread } from '../../statistics/window-spread.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const chart = { slack: 0.05, threshold: 6, every: 500 }
const sampling = { factor: 1, degrees: 1e6 }

test('the exponent is that at which a step neither grows nor falls on average', () => {
  const at = sumExponent({ rate: 0.2 }, 0.05)
  const mean = 0.2 * Math.exp(at * 0.75) + 0.8 * Math.exp(-at * 0.25)
  assert.ok(at > 0 && Math.abs(mean - 1) < 1e-9)
  // Of normal values it is twice the slack over the variance.
  assert.equal(sumExponent({ sd: 2 }, 0.5), 0.25)
})

test('of a law that is known the threshold grows by the logarithm over the exponent', () => {
  const learned = { law: { rate: 0.2 }, values: 1e12, spread: sampling, designEffect: 1 }
  const exponent = sumExponent({ rate: 0.2 }, 0.05)
  const grown = (sumThreshold(chart, learned, 50_000) ?? 0) - chart.threshold
  assert.ok(Math.abs(grown * exponent - Math.log(100)) < 0.01, String(grown * exponent))
})

test('windows that vary more, or fewer of them, make it wider, and fewer labels too', () => {
  const of = (values: number, spread: { factor: number; degrees: number }, designEffect = 1) =>
    sumThreshold(chart, { law: { rate: 0.2 }, values, spread, designEffect }, 50_000) ?? 0
  const plain = of(1e12, sampling)
  assert.ok(of(20_000, sampling) > plain)
  assert.ok(of(1e12, { factor: 1, degrees: 20 }) > 1.2 * plain)
  assert.ok(of(1e12, { factor: 3, degrees: 1e6 }) > 2 * plain)
  assert.ok(of(1e12, sampling, 3) > 2 * plain)
})

test('so few values that the mean is open by more than the slack keep nothing', () => {
  const learned = { law: { rate: 0.2 }, values: 200, spread: sampling, designEffect: 1 }
  assert.equal(sumThreshold(chart, learned, 50_000), null)
  assert.ok(valuesNeeded(chart, learned, 50_000) > 200)
  const enough = { ...learned, values: valuesNeeded(chart, learned, 50_000) }
  assert.ok(sumThreshold(chart, enough, 50_000) !== null)
})

test('the spread of windows is 1 where only sampling varies, and what they vary by elsewhere', () => {
  const next = mulberry32(2)
  const windows = (sd: number) =>
    Array.from({ length: 2_000 }, (): [number, number, number] => {
      const rate = 0.3 + sd * (next() < 0.5 ? -1 : 1)
      let ones = 0
      for (let i = 0; i < 100; i++) ones += next() < rate ? 1 : 0
      return [100, ones, ones]
    })
  assert.ok(Math.abs(windowSpread(windows(0)).factor - 1) < 0.1)
  // 1 + (n - 1) variance between / p (1 - p).
  const wanted = 1 + (99 * 0.05 ** 2) / 0.21
  assert.ok(Math.abs(windowSpread(windows(0.05)).factor / wanted - 1) < 0.1)
})

test('a statistic over a spread that is known from few windows is an F variable', () => {
  // P(F > 4.26) of 1 and 24 degrees is 5 %; of three times the spread three times as large.
  assert.ok(Math.abs(spreadP(4.2597, 1, 0, { factor: 1, degrees: 24 }) - 0.05) < 1e-4)
  assert.ok(Math.abs(spreadP(12.779, 1, 0, { factor: 3, degrees: 24 }) - 0.05) < 1e-4)
  assert.equal(spreadP(4.2597, 1, 0.2, { factor: 1, degrees: 24 }), 0.2)
})
