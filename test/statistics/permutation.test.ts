import assert from 'node:assert/strict'
import { test } from 'node:test'
import { binomialSf } from '../../statistics/beta.ts'
import { oneArrangement, orders, permutationPs, sequentialP } from '../../statistics/permutation.ts'
import { normalQuantile } from '../../statistics/special.ts'
import { fitTail } from '../../statistics/tail-fit.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const exponential = (next: () => number) => -Math.log(1 - next())

/** Least and largest count of a binomial law that leave 0.5 % outside on each side. */
function plausible(n: number, p: number): [number, number] {
  let low = 0
  while (1 - binomialSf(low + 1, n, p) < 0.005) low++
  let high = low
  while (binomialSf(high + 1, n, p) > 0.005) high++
  return [low, high]
}

test('every order of three is drawn as often as any other', () => {
  const draw = orders(3, mulberry32(1))
  const counts = new Map<string, number>()
  for (let i = 0; i < 6_000; i++) {
    const key = draw().join('')
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  assert.equal(counts.size, 6)
  for (const count of counts.values()) assert.ok(Math.abs(count - 1_000) < 110, String(count))
})

test('a permutation p-value counts draws that reach the observed value, and that value itself', () => {
  const values = [3, 1, 2, 3 - 1e-14, 5]
  assert.deepEqual(
    permutationPs([3], () => [values.shift() as number], 5),
    [4 / 6],
  )
})

test('a sequential p-value stops early where nothing is to be seen', () => {
  const next = mulberry32(2)
  const { p, draws, from } = sequentialP(0.5, next, { enough: 20 })
  assert.equal(from, 'stopped')
  assert.equal(p, 20 / draws)
  assert.ok(draws < 100)
})

test('sequential p-values are as often below a level as it says, or less', () => {
  const next = mulberry32(3)
  const runs = 2_000
  const p = Array.from(
    { length: runs },
    () => sequentialP(exponential(next), () => exponential(next), { enough: 20, most: 1_000 }).p,
  )
  for (const level of [0.5, 0.05, 0.01, 0.001]) {
    const below = p.filter((value) => value <= level).length
    const [low, high] = plausible(runs, level)
    assert.ok(below <= high, `${below} of ${runs} below ${level}, at most ${high}`)
    if (level >= 0.01) assert.ok(below >= 0.9 * low, `${below} of ${runs} below ${level}`)
  }
})

/** The mean of P(statistic >= x) over fits, where x is the value at which the fit says `level`: the true rate. */
function rateAt(level: number, draw: () => number, sf: (x: number) => number): number {
  const fits = 100
  let rate = 0
  for (let i = 0; i < fits; i++) {
    const tail = fitTail(Float64Array.from({ length: 1_000 }, draw))
    let low = 0
    let high = 1_000
    for (let step = 0; step < 50; step++) {
      const middle = (low + high) / 2
      if (tail(middle) > level) low = middle
      else high = middle
    }
    rate += sf(high) / fits
  }
  return rate
}

test('the tail beyond all draws is not underestimated, down to 1e-6', () => {
  const next = mulberry32(4)
  const square = () => normalQuantile(Math.max(1e-9, next())) ** 2
  const exp = (x: number) => Math.exp(-x)
  assert.ok(rateAt(1e-4, () => exponential(next), exp) < 1e-4)
  assert.ok(rateAt(1e-6, () => exponential(next), exp) < 1e-6)
  // Two squares: exp(-x/2).
  assert.ok(
    rateAt(
      1e-6,
      () => square() + square(),
      (x) => Math.exp(-x / 2),
    ) < 1e-6,
  )
})

test('the tail is not thrown away either: a p-value of 1e-8 is found to be small', () => {
  const next = mulberry32(5)
  const draws = Float64Array.from({ length: 2_000 }, () => exponential(next))
  const p = fitTail(draws)(8 * Math.LN10)
  assert.ok(p > 1e-9 && p < 2e-5, String(p))
})

test('a law of one value gives the counted p-value, and too few draws are refused', () => {
  assert.equal(fitTail(new Float64Array(500))(1), 1 / 501)
  assert.throws(() => fitTail(new Float64Array(399)), RangeError)
})

test('no p-value lies below one over the number of arrangements', () => {
  assert.ok(Math.abs(oneArrangement(5, 5) - 1 / 252) < 1e-12)
  const next = mulberry32(6)
  assert.equal(sequentialP(1e9, next, { least: 1 / 252 }).p, 1 / 252)
})
