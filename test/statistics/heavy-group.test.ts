import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hypergeometric } from '../../bench/false-alarms/draws.ts'
import { generator } from '../../bench/false-alarms/generator.ts'
import { binomialLimits } from '../../bench/false-alarms/limits.ts'
import { andersonDarling, andersonDarlingP } from '../../statistics/anderson-darling.ts'
import { cramerVonMises, cramerVonMisesP } from '../../statistics/cramer-von-mises.ts'
import { heavyGroupP } from '../../statistics/heavy-group.ts'
import { mannWhitney } from '../../statistics/mann-whitney.ts'
import { mannWhitneyCellsP } from '../../statistics/mann-whitney-cells.ts'

const others = (count: number, rows: number) => Array<number>(count).fill(rows / count)
const trials = 20_000

/** Pooled rows of each value, and how many of them are dealt to the window. */
const features: readonly [string, number[], number][] = [
  ['99 of 100 rows hold one value, the smallest', [990_000, ...others(25, 10_000)], 1_000],
  ['97 of 100 hold one in the middle', [...others(5, 1_500), 97_000, ...others(5, 1_500)], 1_000],
  ['nine of ten hold the largest', [...others(20, 10_000), 90_000], 1_000],
]

for (const [name, groups, m] of features) {
  test(`${name}: shuffled labels are rejected no more often than the level says`, () => {
    const next = generator(groups.length, m)
    const all = groups.reduce((sum, size) => sum + size, 0)
    const levels = [0.05, 0.001, 0.0001]
    const rejected = { ad: [0, 0, 0], cvm: [0, 0, 0], ranks: [0, 0, 0] }
    for (let trial = 0; trial < trials; trial++) {
      let [left, open] = [all, m]
      const now = groups.map((size) => {
        const count = hypergeometric(size, open, left, next)
        left -= size
        open -= count
        return count
      })
      const before = groups.map((size, i) => size - (now[i] as number))
      const p = {
        ad: andersonDarlingP(andersonDarling([before, now]), [before, now]),
        cvm: cramerVonMisesP(cramerVonMises(before, now), groups),
        ranks: mannWhitneyCellsP(mannWhitney(before, now), before, now),
      }
      for (const [i, level] of levels.entries()) {
        if (p.ad <= level) rejected.ad[i]!++
        if (p.cvm <= level) rejected.cvm[i]!++
        if (p.ranks <= level) rejected.ranks[i]!++
      }
    }
    for (const [of, counts] of Object.entries(rejected)) {
      for (const [i, level] of levels.entries()) {
        const { high } = binomialLimits(trials, level, 0.002)
        assert.ok((counts[i] as number) <= high, `${of} at ${level}: ${counts[i]}, at most ${high}`)
      }
      // Nor much more rarely: half of the level at least.
      assert.ok((counts[0] as number) > 0.025 * trials, `${of}: ${counts[0]}`)
    }
  })
}

test('it is asked only where one value holds four rows of five, and the others are few on the smaller side', () => {
  const weighting = {
    form: (shares: Float64Array) => ({
      diagonal: Float64Array.from({ length: shares.length - 1 }, () => 1),
      beside: new Float64Array(0),
    }),
    continuous: { weights: [1], degrees: 1, rest: [0, 0, 0] as const },
  }
  assert.equal(heavyGroupP(1, weighting, [700, 100, 200], 500, 500), null)
  assert.equal(heavyGroupP(1, weighting, [900_000, 100_000], 500_000, 500_000), null)
  assert.ok((heavyGroupP(1, weighting, [900, 100], 500, 500) as number) < 0.1)
})

test('of two values it is the hypergeometric law', () => {
  // Of one inner end the form is its square, and x = (i rows - hits drawn) / sqrt(n m rows).
  const weighting = {
    form: () => ({ diagonal: Float64Array.of(1), beside: new Float64Array(0) }),
    continuous: { weights: [1], degrees: 1, rest: [0, 0, 0] as const },
  }
  const [n, m, hits] = [40, 20, 6]
  const choose = (a: number, b: number): number => (b === 0 ? 1 : (choose(a - 1, b - 1) * a) / b)
  const chance = (k: number) => (choose(hits, k) * choose(54, m - k)) / choose(60, m)
  const form = (k: number) => (k * 60 - hits * m) ** 2 / (n * m * 60)
  for (const seen of [0, 3, 4, 5, 6]) {
    let p = 0
    for (let k = 0; k <= hits; k++) if (form(k) >= form(seen) - 1e-12) p += chance(k)
    const found = heavyGroupP(form(seen), weighting, [54, hits], n, m) as number
    assert.ok(Math.abs(found / p - 1) < 1e-6, `${seen}: ${found}, not ${p}`)
  }
})
