import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chiSquareTest } from '../../statistics/contingency.ts'
import { fisherTest } from '../../statistics/fisher.ts'
import { dkwMargin, kolmogorovSmirnov } from '../../statistics/kolmogorov-smirnov.ts'
import { noncentralInterval, noncentralSf } from '../../statistics/noncentral.ts'
import { poolCells } from '../../statistics/pool-cells.ts'
import { rateDifferenceInterval, sameRateP } from '../../statistics/rates.ts'
import { mulberry32 } from '../support/mulberry32.ts'

test("Newcombe's interval gives the figures of his paper (1998, table II, method 10)", () => {
  const rounded = (k: number, n: number, l: number, m: number) =>
    rateDifferenceInterval(l, m, k, n).map((x) => Number(x.toFixed(4)))
  assert.deepEqual(rounded(56, 70, 48, 80), [0.0524, 0.3339])
  assert.deepEqual(rounded(9, 10, 3, 10), [0.1705, 0.809])
  assert.deepEqual(rounded(10, 10, 0, 20), [0.6791, 1])
})

test("Fisher's exact test gives Fisher's own tea-tasting figure", () => {
  assert.ok(Math.abs(fisherTest(3, 1, 1, 3).twoSided - 34 / 70) < 1e-12)
})

test('the same rate on both sides is never significant, and certainty is no division by zero', () => {
  assert.equal(sameRateP(0, 100, 0, 50), 1)
  assert.equal(sameRateP(100, 100, 50, 50), 1)
  assert.ok(sameRateP(0, 1000, 30, 100) < 1e-10)
})

test('the noncentral law is a mixture: its mean tail agrees with a simulation', () => {
  const next = mulberry32(5)
  let above = 0
  const draws = 20_000
  for (let i = 0; i < draws; i++) {
    let sum = 0
    for (let d = 0; d < 4; d++) sum += (gaussian(next) + (d === 0 ? 3 : 0)) ** 2
    if (sum >= 15) above++
  }
  assert.ok(Math.abs(above / draws - noncentralSf(15, 4, 9)) < 0.012)
})

test('the interval of a noncentrality covers it about as often as it says', () => {
  const next = mulberry32(6)
  let covered = 0
  const trials = 400
  for (let i = 0; i < trials; i++) {
    let sum = 0
    for (let d = 0; d < 5; d++) sum += (gaussian(next) + (d === 0 ? 4 : 0)) ** 2
    const [low, high] = noncentralInterval(sum, 5)
    if (low <= 16 && 16 <= high) covered++
  }
  // Binomial bounds at 95 %, four standard errors wide.
  assert.ok(covered >= 362 && covered <= 396, `${covered} of ${trials}`)
})

test('an empirical distribution function leaves its band rarely enough', () => {
  const next = mulberry32(7)
  let outside = 0
  for (let trial = 0; trial < 1_000; trial++) {
    const values = Float64Array.from({ length: 200 }, next).sort()
    let gap = 0
    for (const [i, u] of values.entries()) {
      gap = Math.max(gap, Math.abs((i + 1) / 200 - u), Math.abs(i / 200 - u))
    }
    if (gap > dkwMargin(200, 0.05)) outside++
  }
  assert.ok(outside <= 72, `${outside} of 1,000`)
})

test('pooling keeps every row, looks only at totals and leaves no thin cell', () => {
  const next = mulberry32(8)
  for (let trial = 0; trial < 100; trial++) {
    const reference = Array.from({ length: 40 }, () => Math.floor(next() * 30))
    const current = Array.from({ length: 40 }, () => Math.floor(next() * 6))
    const sum = (list: readonly number[]) => list.reduce((total, n) => total + n, 0)
    const pooled = poolCells(reference, current)
    assert.equal(sum(pooled.reference), sum(reference))
    assert.equal(sum(pooled.current), sum(current))
    const share = sum(current) / (sum(current) + sum(reference))
    for (const [i, n] of pooled.reference.entries()) {
      assert.ok((n + pooled.current[i]!) * Math.min(share, 1 - share) >= 5)
    }
  }
})

test('a table with one row or one column of counts says nothing, and says it without NaN', () => {
  assert.equal(
    chiSquareTest([
      [5, 5],
      [0, 0],
    ]).p,
    1,
  )
  assert.equal(
    chiSquareTest([
      [5, 0],
      [7, 0],
    ]).p,
    1,
  )
})

test('identical counts have distance zero however many there are', () => {
  assert.equal(kolmogorovSmirnov([3, 4, 5], [3, 4, 5]).distance, 0)
  assert.ok(kolmogorovSmirnov([3, 4, 5], [30, 40, 50]).distance < 1e-15)
})

/** Box and Muller. */
function gaussian(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
}
