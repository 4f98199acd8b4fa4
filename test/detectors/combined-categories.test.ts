import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generator } from '../../bench/false-alarms/generator.ts'
import { binomialLimits } from '../../bench/false-alarms/limits.ts'
import {
  type CategoricalSides,
  compareWith,
  detectors,
  sidesOfValues,
} from '../../detectors/index.ts'
import { newCategoryP } from '../../statistics/new-category.ts'

const detector = detectors['combined-categories']

/** Rows of an endless vocabulary: the share of the k-th word falls as k^-exponent. */
function words(rows: number, exponent: number, next: () => number): Map<string, number> {
  const counts = new Map<string, number>()
  for (let i = 0; i < rows; i++) {
    const word = `w${Math.floor((1 - next()) ** (-1 / (exponent - 1)))}`
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}

/** The categories that the reference holds are known; of all others every window says how many rows they have. */
function sidesOf(before: Map<string, number>, now: Map<string, number>): CategoricalSides {
  const categories = [...before.keys()]
  const unseen = [...now].filter(([word]) => !before.has(word))
  const rest = unseen.reduce((sum, [, count]) => sum + count, 0)
  return {
    kind: 'categorical',
    feature: 'word',
    categories,
    reference: Float64Array.from([...before.values(), 0]),
    current: Float64Array.from([...categories.map((word) => now.get(word) ?? 0), rest]),
    unseen: unseen.map(([word]) => word),
    unseenCounts: unseen.map(([, count]) => count),
    missing: { reference: 0, current: 0 },
  }
}

for (const [n, m, exponent] of [
  [2_000, 500, 1.7],
  [500, 1_000, 2.2],
] as const) {
  test(`an endless vocabulary, ${m} rows against ${n}, raises no more alarms than the level says`, () => {
    const next = generator(n, m)
    const trials = 1_500
    const levels = [0.05, 0.01, 0.001]
    const alarms = levels.map(() => 0)
    let fresh = 0
    for (let trial = 0; trial < trials; trial++) {
      const sides = sidesOf(words(n, exponent, next), words(m, exponent, next))
      fresh += sides.unseen.length
      const p = compareWith(detector, sides).pValue ?? 1
      for (const [i, level] of levels.entries()) if (p <= level) alarms[i]!++
    }
    // Every window has words that nobody has seen.
    assert.ok(fresh / trials > 10, String(fresh / trials))
    for (const [i, level] of levels.entries()) {
      const { high } = binomialLimits(trials, level, 0.002)
      assert.ok((alarms[i] as number) <= high, `${alarms[i]} of ${trials} at ${level}`)
    }
  })
}

test('five new rows of a thousand are found long before chi-square alone would', () => {
  const before = new Map([
    ['card', 7_000],
    ['cash', 2_500],
    ['voucher', 500],
  ])
  const now = new Map([
    ['card', 696],
    ['cash', 249],
    ['voucher', 50],
    ['phone', 5],
  ])
  const sides = sidesOf(before, now)
  const [ours, plain] = [detector, detectors['chi-square']].map(
    (one) => compareWith(one, sides).pValue ?? 1,
  ) as [number, number]
  assert.ok(ours < 1e-4 && plain > 100 * ours, `${ours} and ${plain}`)
})

test('the chance of a category that lies wholly in the window is that of all ways to deal its rows', () => {
  const choose = (a: number, b: number): number => (b === 0 ? 1 : (choose(a - 1, b - 1) * a) / b)
  const [n, m] = [30, 12]
  const expected = [3, 4, 9]
    .map((total) => choose(m, total) / choose(n + m, total))
    .reduce((sum, chance) => sum + chance, 0)
  assert.ok(Math.abs(newCategoryP(3, [1, 2, 3, 4, 9, 13], n, m) / expected - 1) < 1e-12)
  assert.equal(newCategoryP(0, [5], n, m), 1)
})

test('without rows in two cells and without a new category there is no p-value but a reason', () => {
  const one = sidesOf(new Map([['a', 900]]), new Map([['a', 300]]))
  const { pValue, pValueAbsent } = compareWith(detector, one)
  assert.equal(pValue, null)
  assert.match(pValueAbsent ?? '', /fewer than two cells/)
})

test('of two categories one test has all of the level: chi-square, or where they are too rare for it, the new one', () => {
  const counts = (a: number, b: number) =>
    new Map(
      [
        ['a', a],
        ['b', b],
      ].filter(([, n]) => n !== 0) as [string, number][],
    )
  const moved = sidesOf(counts(900, 100), counts(150, 50))
  assert.equal(
    compareWith(detector, moved).pValue,
    compareWith(detectors['chi-square'], moved).pValue,
  )
  const fresh = sidesOf(counts(1_000, 0), counts(998, 3))
  assert.equal(compareWith(detectors['chi-square'], fresh).pValue, null)
  assert.equal(compareWith(detector, fresh).pValue, newCategoryP(3, [3, 1_998], 1_000, 1_001))
})

test('of two values Anderson and Darling have all of the level', () => {
  const values = (zeros: number, ones: number) => [
    ...Array<number>(zeros).fill(0),
    ...Array<number>(ones).fill(1),
  ]
  const two = sidesOfValues('x', values(900, 100), values(150, 30))
  const three = sidesOfValues('x', values(900, 100), [...values(150, 29), 2])
  const p = (sides: typeof two, name: 'combined' | 'anderson-darling') =>
    compareWith(detectors[name], sides).pValue as number
  assert.equal(p(two, 'combined'), p(two, 'anderson-darling'))
  assert.ok(p(three, 'combined') > p(three, 'anderson-darling'))
})

test('what its main test takes of the level goes with the score', () => {
  const counts = words(500, 2.2, generator(1))
  assert.equal(compareWith(detector, sidesOf(counts, counts)).mainShare, 0.9)
  assert.equal(compareWith(detectors['chi-square'], sidesOf(counts, counts)).mainShare, undefined)
})
