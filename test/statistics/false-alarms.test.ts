import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellOf, numericEdges } from '../../profiles/index.ts'
import { chiSquareTest } from '../../statistics/contingency.ts'
import { kolmogorovSmirnov, kolmogorovSmirnovP } from '../../statistics/kolmogorov-smirnov.ts'
import { poolCells } from '../../statistics/pool-cells.ts'
import { sameRateP } from '../../statistics/rates.ts'
import { mulberry32 } from '../support/mulberry32.ts'

/**
 * Without any change a p-value falls below a level no more often than the level says. Reference and window are
 * drawn anew in every trial and the edges come from the reference itself, as they do in use. The bound is the
 * binomial one at one in a thousand for each line, from a fixed seed.
 */
const trials = 2_000

function rarely(pValues: readonly number[], level: number): void {
  const found = pValues.filter((p) => p <= level).length
  const most = trials * level + 3.3 * Math.sqrt(trials * level * (1 - level)) + 1
  assert.ok(found <= most, `${found} of ${trials} at ${level}, at most ${most.toFixed(1)}`)
}

function countInto(edges: Float64Array, size: number, draw: () => number): Float64Array {
  const cells = new Float64Array(edges.length + 1)
  for (let i = 0; i < size; i++) cells[cellOf(edges, draw())]! += 1
  return cells
}

const laws: Record<string, (next: () => number) => () => number> = {
  continuous: (next) => next,
  'heavy-tailed': (next) => () => 1 / (1 - next()),
  'tied whole numbers': (next) => () => Math.floor(next() * 12),
  'one half zeros': (next) => () => Math.max(0, next() - 0.5),
}

for (const [law, of] of Object.entries(laws)) {
  for (const [n, m] of [
    [1_000, 300],
    [500, 1_500],
  ] as const) {
    test(`no change, ${law}, ${n} against ${m} rows: KS and chi-square keep their level`, () => {
      const draw = of(mulberry32(n + m))
      const ks: number[] = []
      const chi: number[] = []
      for (let trial = 0; trial < trials; trial++) {
        const values = Float64Array.from({ length: n }, draw).sort()
        const edges = Float64Array.from(numericEdges(values))
        const reference = new Float64Array(edges.length + 1)
        for (const value of values) reference[cellOf(edges, value)]! += 1
        const current = countInto(edges, m, draw)
        ks.push(kolmogorovSmirnovP(kolmogorovSmirnov(reference, current).distance, n, m))
        const pooled = poolCells(reference, current)
        chi.push(chiSquareTest([pooled.reference, pooled.current]).p)
      }
      for (const level of [0.05, 0.01, 0.001]) {
        rarely(ks, level)
        rarely(chi, level)
      }
    })
  }
}

for (const categories of [2, 10, 50]) {
  test(`no change, ${categories} categories of unequal size: chi-square keeps its level and its power`, () => {
    const next = mulberry32(categories)
    const weights = Array.from({ length: categories }, (_, i) => 1 / (i + 1))
    const whole = weights.reduce((sum, weight) => sum + weight, 0)
    let passed = 0
    const edges = Float64Array.from(weights.slice(0, -1), (weight) => {
      passed += weight / whole
      return passed
    })
    const pValues = Array.from({ length: trials }, () => {
      const pooled = poolCells(countInto(edges, 1_000, next), countInto(edges, 400, next))
      return chiSquareTest([pooled.reference, pooled.current]).p
    })
    for (const level of [0.05, 0.01, 0.001]) rarely(pValues, level)
    // Not bought with blindness: at 5 % at least three quarters of the level are used.
    assert.ok(pValues.filter((p) => p <= 0.05).length >= 0.75 * 0.05 * trials)
  })
}

test('no change of a rate, rare or common: the test of two rates keeps its level', () => {
  for (const rate of [0.002, 0.05, 0.5]) {
    const next = mulberry32(Math.round(rate * 1_000))
    const hits = (n: number) => Array.from({ length: n }, next).filter((u) => u < rate).length
    const pValues = Array.from({ length: trials }, () =>
      sameRateP(hits(1_000), 1_000, hits(400), 400),
    )
    for (const level of [0.05, 0.01, 0.001]) rarely(pValues, level)
  }
})
