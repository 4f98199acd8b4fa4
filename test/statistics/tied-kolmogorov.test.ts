import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bridgeCrossing } from '../../statistics/bridge-crossing.ts'
import { kolmogorovSmirnov } from '../../statistics/kolmogorov-smirnov.ts'
import { orderedCells } from '../../statistics/ordered-cells.ts'
import { kolmogorovSf } from '../../statistics/special.ts'
import { kolmogorovSmirnovCellsP, tiedKolmogorovSf } from '../../statistics/tied-kolmogorov.ts'
import { mulberry32 } from '../support/mulberry32.ts'

test('a bridge watched all the way, in steps of any size, leaves as often as Kolmogorov says', () => {
  for (const ends of [
    [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1],
    [0.02, 0.1, 0.3, 0.45, 0.6, 0.8, 0.95, 1],
  ]) {
    for (const bound of [1, 1.36, 2.23, 4, 8]) {
      const line = { upper: bound, lower: -bound }
      const steps = ends.map((end) => ({ end, ...line, watchedFrom: line }))
      const error = bridgeCrossing(steps) / kolmogorovSf(bound) - 1
      assert.ok(Math.abs(error) < 1e-6, `${bound}: ${error}`)
    }
  }
})

type Law = (next: () => number) => number
const laws: Record<string, Law> = {
  continuous: (next) => next(),
  'half zeros': (next) => Math.max(0, next() - 0.5),
  'five values': (next) => Math.floor(next() ** 2 * 5),
  'whole numbers, long tail': (next) => Math.floor(Math.log(1 - next()) / Math.log(0.95)),
}

for (const [name, draw] of Object.entries(laws)) {
  for (const [n, m] of [
    [2_000, 2_000],
    [10_000, 300],
  ] as const) {
    test(`beyond the exact law the limit errs by at most a tenth down to 1e-6: ${name}, ${n} and ${m} rows`, () => {
      const next = mulberry32(n + m)
      for (let trial = 0; trial < 12; trial++) {
        const shift = (trial % 4) * 0.04 * Math.sqrt(300 / m)
        const { reference, current } = orderedCells(
          Array.from({ length: n }, () => draw(next)),
          Array.from({ length: m }, () => (next() < shift ? draw(next) + 1 : draw(next))),
        )
        const { gap } = kolmogorovSmirnov(reference, current)
        const groups = reference.map((count, i) => count + current[i]!)
        const exact = tiedKolmogorovSf(gap, n, m, groups, 'exact')
        const limit = tiedKolmogorovSf(gap, n, m, groups, 'limit')
        if (exact < 1e-6) continue
        assert.ok(limit / exact > 0.95 && limit / exact < 1.1, `${limit} for ${exact}`)
      }
    })
  }
}

test('fewer looks never make a distance less likely than the limit of all looks does by a tenth more', () => {
  for (const gap of [0.03, 0.05, 0.08].map((distance) => distance * 4_000 * 2_000)) {
    const pooled = kolmogorovSf(Math.sqrt(8e6 / 6_000) * (gap / 8e6))
    let last = 0
    for (const cells of [2, 4, 20, 100, 1_000, 6_000]) {
      const p = tiedKolmogorovSf(gap, 4_000, 2_000, Array<number>(cells).fill(6_000 / cells))
      assert.ok(p >= last * 0.97 && p <= pooled * 1.02, `${cells} cells: ${p} after ${last}`)
      last = p
    }
  }
})

test('quantile cells of small samples keep their level where the pooled law does not', () => {
  const next = mulberry32(8)
  const trials = 4_000
  let rejected = 0
  for (let trial = 0; trial < trials; trial++) {
    const sorted = Float64Array.from({ length: 500 }, next).sort()
    const edges = Array.from({ length: 9 }, (_, k) => sorted[Math.ceil((k + 1) * 50) - 1]!)
    const cellOf = (value: number) => edges.filter((edge) => edge <= value).length
    const [reference, current] = [Array<number>(10).fill(0), Array<number>(10).fill(0)]
    for (const value of sorted) reference[cellOf(value)]! += 1
    for (let i = 0; i < 50; i++) current[cellOf(next())]! += 1
    const { gap } = kolmogorovSmirnov(reference, current)
    if (kolmogorovSmirnovCellsP(gap, reference, current, 'of the reference') <= 0.05) rejected++
  }
  const most = trials * 0.05 + 3.3 * Math.sqrt(trials * 0.05 * 0.95)
  assert.ok(rejected <= most && rejected > 0.7 * 0.05 * trials, String(rejected))
})
