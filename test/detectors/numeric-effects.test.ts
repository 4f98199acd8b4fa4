import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  compareWith,
  type Detector,
  detectors,
  type NumericSides,
  sidesOfCounts,
  sidesOfValues,
} from '../../detectors/index.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { referenceOf } from '../support/profiles.ts'

/** Logistic: its distribution function is known, its standard deviation is π / sqrt(3). */
const logistic = (next: () => number, shift: number, scale: number) => {
  const u = Math.max(1e-12, next())
  return shift + scale * Math.log(u / (1 - u))
}
const sd = Math.PI / Math.sqrt(3)
const [n, m] = [300, 200]

/** Both laws themselves: cells so fine and so many rows that nothing is left to chance. */
function population(shift: number, scale: number): NumericSides {
  const count = 6_000
  const at = Float64Array.from({ length: count }, (_, i) => -60 + (120 * (i + 0.5)) / count)
  const below = (x: number) => 1 / (1 + Math.exp(-x))
  const masses = (by: number, width: number, rows: number) =>
    at.map((x) => {
      const [low, high] = [x - 60 / count, x + 60 / count]
      return rows * 1e12 * (below((high - by) / width) - below((low - by) / width))
    })
  return {
    kind: 'numeric',
    feature: 'x',
    reference: masses(0, 1, n),
    current: masses(shift, scale, m),
    low: at,
    high: at,
    cells: 'values',
    moments: {
      reference: { count: n * 1e12, mean: 0, sd },
      current: { count: m * 1e12, mean: shift, sd: sd * scale },
    },
    range: { reference: [-60, 60], current: [-60, 60] },
    missing: { reference: 0, current: 0 },
  }
}

const looked = [
  'ks',
  'kuiper',
  'cramer-von-mises',
  'anderson-darling',
  'mann-whitney',
  'wasserstein',
  'energy-distance',
  'welch-t',
  'brown-forsythe',
] as const
const changes = { nothing: [0, 1], 'a shift': [0.6, 1], 'a wider spread': [0, 1.4] } as const
const runs = 500

for (const [change, [shift, scale]] of Object.entries(changes)) {
  test(`intervals of effects hold the true one as often as they say: ${change}`, () => {
    const next = mulberry32(shift * 10 + scale * 100)
    const truth = population(shift, scale)
    const effectOf = (detector: Detector, sides: NumericSides) =>
      detector.compare(sides, detector.options.parse({}))
    const held = looked.map(() => 0)
    const truths = looked.map((name) => effectOf(detectors[name], truth).effect)
    for (let run = 0; run < runs; run++) {
      const sample = (count: number, by: number, width: number) =>
        Float64Array.from({ length: count }, () => logistic(next, by, width))
      const sides = sidesOfValues('x', sample(n, 0, 1), sample(m, shift, scale))
      for (const [i, name] of looked.entries()) {
        const [low, high] = effectOf(detectors[name], sides).effectInterval
        if (low <= truths[i]! + 1e-5 && truths[i]! <= high) held[i]!++
      }
    }
    // 95 % are 475; below 455 lies one run in 20,000 of an interval that holds in 95 %.
    for (const [i, name] of looked.entries()) {
      assert.ok(held[i]! >= 455, `${name}: ${held[i]} of ${runs} hold ${truths[i]}`)
    }
  })
}

test('an effect without a change is mostly 0 or next to it, where chance makes the score positive', () => {
  const next = mulberry32(31)
  const names = ['wasserstein', 'energy-distance', 'welch-t', 'brown-forsythe'] as const
  const sums = names.map(() => ({ effect: 0, score: 0 }))
  for (let run = 0; run < 200; run++) {
    const sample = (count: number) =>
      Float64Array.from({ length: count }, () => logistic(next, 0, 1))
    const sides = sidesOfValues('x', sample(n), sample(m))
    for (const [i, name] of names.entries()) {
      const { effect, score } = compareWith(detectors[name], sides)
      sums[i]!.effect += effect / 200
      sums[i]!.score += score / 200
    }
  }
  assert.ok(sums[0]!.effect < 0.6 * sums[0]!.score, JSON.stringify(sums[0]))
  assert.ok(sums[1]!.effect < 0.6 * sums[1]!.score, JSON.stringify(sums[1]))
  for (const { effect } of sums) assert.ok(effect < 0.08, String(effect))
})

test('Wasserstein is the mean distance of rows of the same rank, in each unit', () => {
  const next = mulberry32(41)
  const sorted = (by: number) =>
    Float64Array.from({ length: 401 }, () => logistic(next, by, 1 + by)).sort()
  const [before, now] = [sorted(0), sorted(0.7)]
  const moved = before.reduce((sum, x, i) => sum + Math.abs(x - now[i]!), 0) / 401
  const mean = before.reduce((sum, x) => sum + x, 0) / 401
  const deviation = Math.sqrt(before.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 401)
  // 401 rows: the quartiles are rows themselves.
  const middleHalf = before[300]! - before[100]!
  const sides = sidesOfValues('x', before, now)
  for (const [scale, unit] of [
    ['none', 1],
    ['sd', deviation],
    ['iqr', middleHalf],
  ] as const) {
    const { score } = compareWith(detectors.wasserstein, sides, { scale })
    assert.ok(Math.abs((score * unit) / moved - 1) < 1e-9, `${scale}: ${score}`)
  }
})

test('energy distance is what all pairs of rows say', () => {
  const next = mulberry32(43)
  const sample = (count: number, by: number) =>
    Array.from({ length: count }, () => Math.round(4 * logistic(next, by, 1)) / 4)
  const [x, y] = [sample(60, 0), sample(45, 1)]
  const pairs = (left: number[], right: number[]) =>
    left.reduce((sum, a) => sum + right.reduce((inner, b) => inner + Math.abs(a - b), 0), 0) /
    (left.length * right.length)
  const expected = Math.sqrt(2 * pairs(x, y) - pairs(x, x) - pairs(y, y))
  const { score } = compareWith(detectors['energy-distance'], sidesOfValues('x', x, y), {
    scale: 'none',
  })
  assert.ok(Math.abs(score / expected - 1) < 1e-9)
})

test('distances of a profile lie within their bound of those of its rows', () => {
  for (const [seed, shift] of [
    [1, 0],
    [2, 0.5],
    [3, 4],
  ] as const) {
    const next = mulberry32(seed)
    const rows = (count: number, by: number) =>
      Array.from({ length: count }, () => logistic(next, by, 1))
    const [before, now] = [rows(2_000, 0), rows(500, shift)]
    const listed = (values: number[]) => values.map((value) => [value])
    const { reference, profileOf } = referenceOf({ x: { type: 'numeric' } }, listed(before))
    const counted = sidesOfCounts(reference.features[0]!, profileOf(listed(now)).features[0]!)
    for (const name of ['wasserstein', 'energy-distance'] as const) {
      const [ofCells, ofRows] = [counted, sidesOfValues('x', before, now)].map((sides) =>
        compareWith(detectors[name], sides, { scale: 'none' }),
      )
      const miss = Math.abs(ofCells!.score - ofRows!.score)
      assert.ok(miss <= ofCells!.bound!, `${name}: ${miss} of ${ofCells!.bound}`)
      assert.equal(ofRows!.bound, 0)
      // Rows beyond all edges may lie anywhere in a wide cell.
      if (shift < 1) assert.ok(ofCells!.bound! < 1, `${name}: ${ofCells!.bound}`)
    }
  }
})
