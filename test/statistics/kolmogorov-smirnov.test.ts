import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { kolmogorovFiniteSf } from '../../statistics/kolmogorov-finite.ts'
import {
  kolmogorovSmirnov,
  kolmogorovSmirnovExactP,
  kolmogorovSmirnovFiniteP,
  kolmogorovSmirnovP,
} from '../../statistics/kolmogorov-smirnov.ts'
import { latticePathSf } from '../../statistics/lattice-paths.ts'
import { orderedCells } from '../../statistics/ordered-cells.ts'
import { quantileCellsSf } from '../../statistics/quantile-cells.ts'
import { materialise } from '../goldens/series.ts'
import { close } from '../support/close.ts'

interface Case {
  readonly id: string
  readonly input: { readonly x: unknown; readonly y: unknown }
  readonly input_check: unknown
  readonly expected: Readonly<Record<string, number>>
}

const goldens = readFileSync(new URL('../goldens/ks.json', import.meta.url), 'utf8')
for (const { id, input, input_check, expected } of (JSON.parse(goldens) as { cases: Case[] })
  .cases) {
  test(`${id}: statistic, place, sign and the three p-values agree with scipy`, () => {
    const { x, y } = materialise(input, input_check) as Record<'x' | 'y', Float64Array>
    const { values, reference, current } = orderedCells(x, y)
    const { distance, cell, sign, n, m } = kolmogorovSmirnov(reference, current)
    close(distance, expected['D']!)
    assert.equal(sign, expected['sign'])
    if (distance > 0) assert.equal(values[cell], expected['location'])
    close(kolmogorovSmirnovP(distance, n, m), expected['p_kolmogorov_limit']!)
    close(kolmogorovSmirnovFiniteP(distance, n, m), expected['p_asymp_scipy']!)
    const exact = expected['p_exact_rational'] ?? expected['p_exact']
    if (exact !== undefined) close(kolmogorovSmirnovExactP(distance, n, m), exact)
  })
}

/** scipy 1.17.1, kstwo.sf(x, n): one per method and border. */
const finite: [x: number, n: number, sf: number][] = [
  [0.06, 10, 0.9999999999628411],
  [0.09, 10, 0.9999610360566907],
  [0.3, 10, 0.27053557479999946],
  [0.55, 10, 0.0022805103214843725],
  [0.95, 10, 1.9531250000000172e-13],
  [0.08, 100, 0.5182193645480672],
  [0.15, 100, 0.019839242125641813],
  [0.25, 100, 5.408871776434847e-6],
  [0.0045, 150, 1.0],
  [0.05, 150, 0.8290828416799794],
  [0.1, 150, 0.09292132232164585],
  [0.2, 150, 9.805366045892556e-6],
  [0.0002, 5000, 1.0],
  [0.005, 5000, 0.9995858441477996],
  [0.012, 5000, 0.4639912166690191],
  [0.03, 5000, 0.00024159234422666817],
  [0.0015, 200000, 0.758498392324318],
  [0.01, 3000000, 5.265571921861598e-261],
]

for (const [x, n, sf] of finite) {
  test(`the one-sample law of ${n} values at ${x} agrees with scipy`, () =>
    close(kolmogorovFiniteSf(x, n), sf))
}

test('with ties the exact law is that of all orders of the pooled values, counted one by one', () => {
  for (const groups of [
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    [3, 2, 1, 4, 1],
    [5, 6],
    [1, 9, 1],
    [0, 4, 0, 7, 0],
  ]) {
    const n = 4
    const m = 7
    const gaps = allGaps(groups, n, m)
    for (const gap of new Set(gaps)) {
      const share = gaps.filter((one) => one >= gap).length / gaps.length
      close(latticePathSf(gap, n, m, groups), share, 1e-12)
    }
  }
})

test('the law of quantile cells is that of all orders of the rows, cells ending at reference rows', () => {
  const [n, m] = [5, 6]
  for (const cells of [
    [2, 2, 1],
    [1, 1, 1, 1, 1],
    [3, 2],
  ]) {
    const gaps = allOrders(n, m).map((isReference) => {
      const counts = cells.map(() => 0)
      let [seen, cell, left] = [0, 0, cells[0]!]
      for (const one of isReference) {
        if (!one) counts[cell] = counts[cell]! + 1
        else {
          // The reference row at an edge opens the next cell.
          if (left === 0) left = cells[++cell]!
          left--
          seen++
        }
      }
      assert.equal(seen, n)
      return kolmogorovSmirnov(cells, counts).gap
    })
    for (const gap of new Set(gaps)) {
      const share = gaps.filter((one) => one >= gap).length / gaps.length
      close(quantileCellsSf(gap, n, m, cells), share, 1e-12)
    }
  }
})

/** Every order of n reference rows and m others, as whether each row is of the reference. */
function allOrders(n: number, m: number): boolean[][] {
  const all = Array.from({ length: 2 ** (n + m) }, (_, chosen) =>
    Array.from({ length: n + m }, (_, row) => ((chosen >> row) & 1) === 1),
  )
  return all.filter((rows) => rows.filter((one) => one).length === n)
}

/** The gap of every choice of n among the pooled values. */
function allGaps(groups: readonly number[], n: number, m: number): number[] {
  const cellOfRow = groups.flatMap((size, cell) => Array<number>(size).fill(cell))
  return allOrders(n, m).map((isReference) => {
    const reference = Array<number>(groups.length).fill(0)
    const current = Array<number>(groups.length).fill(0)
    for (const [row, cell] of cellOfRow.entries()) {
      const side = isReference[row] ? reference : current
      side[cell] = side[cell]! + 1
    }
    return kolmogorovSmirnov(reference, current).gap
  })
}
