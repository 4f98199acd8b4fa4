import assert from 'node:assert/strict'
import { test } from 'node:test'
import { levene } from '../../statistics/levene.ts'
import { orderedCells } from '../../statistics/ordered-cells.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const x = [1.2, 3.4, 0.5, 2.2, 9.1, 4.4, 3.3]
const y = [2.0, 8.5, 0.1, 7.7, -3.2, 5.5, 12.0, 1.1, 4.2]
const wide = [...y.map((value) => value * 6), 70, -80, 45]
const near = (value: number | undefined, expected: number) =>
  assert.ok(Math.abs(value! / expected - 1) < 1e-12, `${value} for ${expected}`)

test('the statistics and p-values are those of scipy 1.17.1 (stats.levene)', () => {
  const cells = orderedCells(x, y)
  near(levene(cells, 'median')?.statistic, 2.5407835414698283)
  near(levene(cells, 'median')?.p, 0.13325980256780628)
  near(levene(cells, 'mean')?.statistic, 2.491834526284234)
  near(levene(cells, 'mean')?.p, 0.13676053719522502)
  const thrice = orderedCells([...x, ...x, ...x], wide)
  near(levene(thrice, 'median')?.statistic, 22.450049746072295)
  near(levene(thrice, 'median')?.p, 4.543303890918915e-5)
  near(levene(thrice, 'mean')?.statistic, 26.34558128921096)
})

/** By the definition: analysis of variance of the distances, from lists. */
function byDefinition(groups: readonly number[][], centre: (sorted: number[]) => number): number {
  const distances = groups.map((group) => {
    const middle = centre(group.toSorted((a, b) => a - b))
    return group.map((value) => Math.abs(value - middle))
  })
  const mean = (list: readonly number[]) => list.reduce((sum, z) => sum + z, 0) / list.length
  const whole = mean(distances.flat())
  const between = distances.reduce((sum, z) => sum + z.length * (mean(z) - whole) ** 2, 0)
  const within = distances.reduce(
    (sum, z) => sum + z.reduce((inner, value) => inner + (value - mean(z)) ** 2, 0),
    0,
  )
  return (between * (distances.flat().length - 2)) / within
}

const centres = {
  median: (sorted: number[]) =>
    (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) /
    2,
  mean: (sorted: number[]) => sorted.reduce((sum, z) => sum + z, 0) / sorted.length,
  trimmed: (sorted: number[]) => {
    const cut = Math.floor(0.05 * sorted.length)
    return centres.mean(sorted.slice(cut, sorted.length - cut))
  },
}

test('the statistic is its definition, from lists, tied and not', () => {
  const next = mulberry32(3)
  for (const step of [0, 0.5]) {
    const sample = (n: number, sd: number) =>
      Array.from({ length: n }, () => normal(next, 1, sd)).map((value) =>
        step === 0 ? value : Math.round(value / step) * step,
      )
    const [left, right] = [sample(53, 1), sample(120, 1.3)]
    for (const centre of ['median', 'mean', 'trimmed'] as const) {
      const found = levene(orderedCells(left, right), centre)
      const expected = byDefinition([left, right], centres[centre])
      assert.ok(Math.abs(found!.statistic / expected - 1) < 1e-9, centre)
    }
  }
})

test('constants have no test of spread, and huge values do not overflow', () => {
  assert.equal(levene(orderedCells([1, 1, 1], [2, 2]), 'median'), null)
  assert.equal(levene(orderedCells([1], [2, 3]), 'mean'), null)
  const huge = (list: number[]) => list.map((value) => value * 1e300)
  near(levene(orderedCells(huge(x), huge(y)), 'median')?.statistic, 2.5407835414698283)
  assert.throws(() => levene(orderedCells([], [2, 3]), 'mean'), RangeError)
})
