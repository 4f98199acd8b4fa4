import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outsideRangeSf, outsideRangeStep } from '../../statistics/outside-range.ts'
import { spreadRanks } from '../../statistics/spread-ranks.ts'
import { mulberry32 } from '../support/mulberry32.ts'

/** All ways to say which `size` of the cells' rows are the window's, as counts per cell. */
function* splits(groups: readonly number[], size: number): Generator<number[]> {
  const [first, ...rest] = groups
  if (first === undefined) {
    if (size === 0) yield []
    return
  }
  for (let k = 0; k <= Math.min(first, size); k++) {
    for (const tail of splits(rest, size - k)) yield [k, ...tail]
  }
}

const choose = (n: number, k: number): number =>
  Array.from({ length: k }, (_, i) => (n - i) / (k - i)).reduce((left, right) => left * right, 1)

test('of 32 rows the p-value of spread is that of all permutations or, far out, a larger one', () => {
  const groups = [4, 3, 5, 5, 4, 5, 3, 3]
  const size = 11
  const all = [...splits(groups, size)].map((current) => {
    const reference = groups.map((group, i) => group - current[i]!)
    const ways = groups.reduce((product, group, i) => product * choose(group, current[i]!), 1)
    return { ...spreadRanks(reference, current), ways }
  })
  const whole = choose(32, size)
  assert.ok(Math.abs(all.reduce((sum, { ways }) => sum + ways, 0) / whole - 1) < 1e-9)
  for (const turn of [1, -1]) {
    for (const [far, most] of [
      [1.8, 1.3],
      [2.4, 1.6],
      [3, 4],
    ] as const) {
      const sorted = all.filter(({ z }) => turn * z >= far)
      const exact = sorted.reduce((sum, { ways }) => sum + ways, 0) / whole
      const here = Math.max(...sorted.map(({ p }) => p / 2))
      assert.ok(here / exact > 0.85 && here / exact < most, `${turn * far}: ${here} for ${exact}`)
    }
  }
})

test('a spread that grows by half is seen with its sign, cells of equal counts say nothing', () => {
  const next = mulberry32(2)
  const cells = (sd: number) => {
    const counts = new Float64Array(40)
    for (let i = 0; i < 4_000; i++) {
      const value = sd * (next() + next() + next() + next() - 2)
      counts[Math.min(39, Math.max(0, Math.floor(20 + 10 * value)))]! += 1
    }
    return counts
  }
  const wider = spreadRanks(cells(1), cells(1.5))
  assert.ok(wider.z > 10 && wider.p < 1e-30 && wider.p > 0)
  assert.ok(spreadRanks(cells(1.5), cells(1)).z < -10)
  assert.ok(spreadRanks([5, 5, 5], [10, 10, 10]).p > 0.999)
  assert.equal(spreadRanks([5, 0], [10, 0]).p, 1)
})

test('windows that lie wholly in the outermost cells have a p-value that is neither NaN nor 1', () => {
  const { p } = spreadRanks([0, 50, 50, 50, 0], [20, 0, 0, 0, 20])
  assert.ok(p > 0 && p < 1e-9, String(p))
})

test('rows beyond the range of others are as frequent as all orders say', () => {
  const next = mulberry32(4)
  const trials = 20_000
  const hits = [0, 0, 0, 0]
  for (let trial = 0; trial < trials; trial++) {
    const reference = Array.from({ length: 9 }, next)
    const [low, high] = [Math.min(...reference), Math.max(...reference)]
    let outside = 0
    for (let i = 0; i < 6; i++) {
      const value = next()
      if (value < low || value > high) outside++
    }
    for (let k = 0; k < 4; k++) if (outside >= k) hits[k]!++
  }
  for (const [k, count] of hits.entries()) {
    const p = outsideRangeSf(k, 9, 6)
    assert.ok(Math.abs(count - trials * p) <= 4.5 * Math.sqrt(trials * p * (1 - p)), `${k}: ${p}`)
  }
  assert.equal(outsideRangeSf(0, 9, 6), 1)
  // All six outside: 7 ways of 5,005.
  assert.ok(Math.abs(outsideRangeSf(6, 9, 6) - 7 / 5_005) < 1e-15)
})

test('the step below a limit is the largest chance of rows out of range that it leaves', () => {
  for (const [n, m] of [
    [9, 6],
    [500, 100],
    [2, 40],
    [50, 5_000],
  ] as const) {
    for (const limit of [0.9, 0.2, 0.01, 1e-4, 1e-9, 1e-30]) {
      let expected = 0
      for (let k = 0; k <= m; k++) {
        const p = outsideRangeSf(k, n, m)
        if (p <= limit) expected = Math.max(expected, p)
      }
      const step = outsideRangeStep(limit, n, m)
      assert.ok(Math.abs(step - expected) <= 1e-12 * expected, `${n}, ${m}, ${limit}: ${step}`)
    }
  }
  assert.equal(outsideRangeStep(1, 9, 6), 1)
})
