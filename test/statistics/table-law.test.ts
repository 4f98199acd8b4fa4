import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CellStatistic, likelihoodRatio, pearson } from '../../statistics/cell-statistics.ts'
import { chiSquareTest, gTest } from '../../statistics/contingency.ts'
import { logGamma } from '../../statistics/gamma.ts'
import { chiSquareSf } from '../../statistics/special.ts'
import { logTableTail } from '../../statistics/table-law.ts'

const logChoose = (a: number, b: number) => logGamma(a + 1) - logGamma(b + 1) - logGamma(a - b + 1)

/** Every table with these columns and `n` rows on one side: its statistic and how probable it is. */
function everyTable(
  columns: readonly number[],
  n: number,
  statistic: (table: [number[], number[]]) => number,
): { x: number; p: number }[] {
  const rows = columns.reduce((sum, column) => sum + column, 0)
  const found: { x: number; p: number }[] = []
  const walk = (side: number[], left: number, log: number) => {
    const column = columns[side.length]
    if (column === undefined) {
      if (left === 0) {
        const other = columns.map((all, i) => all - (side[i] as number))
        found.push({ x: statistic([side, other]), p: Math.exp(log - logChoose(rows, n)) })
      }
      return
    }
    for (let a = 0; a <= Math.min(column, left); a++) {
      walk([...side, a], left - a, log + logChoose(column, a))
    }
  }
  walk([], n, 0)
  return found.sort((left, right) => right.x - left.x)
}

const statistics: readonly [string, CellStatistic, (table: number[][]) => number][] = [
  ['chi-square', pearson, (table) => chiSquareTest(table).statistic],
  ['G', likelihoodRatio, (table) => gTest(table).statistic],
]

for (const [name, summands, whole] of statistics) {
  test(`the summands of ${name} add up to the statistic of the table`, () => {
    const [side, other] = [
      [3, 0, 12, 40],
      [20, 9, 11, 90],
    ] as const
    const columns = side.map((a, i) => a + (other[i] as number))
    const [n, m] = [55, 130]
    const sum = columns.reduce(
      (all, hits, i) => all + summands.summand(side[i] as number, { n, m, hits }),
      0,
    )
    assert.ok(Math.abs(sum - whole([[...side], [...other]])) < 1e-10)
  })

  test(`two cells of ${name} have the p-value of all their tables`, () => {
    for (const [columns, n] of [
      [[3, 30], 12],
      [[40, 200], 60],
      [[9, 4_000], 50],
    ] as const) {
      const all = everyTable(columns, n, whole)
      let tail = 0
      for (const [i, { x, p }] of all.entries()) {
        tail += p
        const next = all[i + 1]?.x ?? 0
        if (p < 1e-290 || x - next < 1e-9 * x) continue
        const rows = columns[0] + columns[1]
        const ours = Math.exp(logTableTail(summands, x, columns, n, rows - n))
        assert.ok(Math.abs(ours / tail - 1) < 1e-9, `${columns}: ${x} ${ours} ${tail}`)
      }
    }
  })

  test(`four cells of ${name} with few rows: near the law of all their tables, where its limit is not`, () => {
    const columns = [400, 500, 300, 800]
    const [n, rows] = [26, 2_000]
    const all = everyTable(columns, n, whole)
    let tail = 0
    let [worst, worstFar] = [1, 1]
    for (const [i, { x, p }] of all.entries()) {
      const before = tail
      tail += p
      if ((all[i + 1]?.x ?? 0) > x * (1 - 1e-9) || tail < 1e-8) continue
      if (tail > 0.05) break
      const ours = Math.exp(logTableTail(summands, x, columns, n, rows - n))
      // Between the tail with this table and the one without it there is no other p-value.
      const off = ours > tail ? ours / tail : ours < before ? before / ours : 1
      if (tail > 1e-5) worst = Math.max(worst, off)
      else worstFar = Math.max(worstFar, off)
    }
    assert.ok(worst < 1.25, `off by a factor of ${worst}`)
    assert.ok(worstFar < 2.5, `off by a factor of ${worstFar} beyond 1e-5`)
  })
}

test('where every cell holds many rows it is the limit law', () => {
  const columns = [40_000, 50_000, 30_000, 80_000, 90_000]
  for (const x of [8, 15, 30, 60]) {
    const ratio = Math.exp(logTableTail(pearson, x, columns, 60_000, 230_000)) / chiSquareSf(x, 4)
    assert.ok(Math.abs(ratio - 1) < 0.01, `${x}: ${ratio}`)
  }
})

test('it falls as the statistic grows, and is finite however far', () => {
  for (const [, summands] of statistics) {
    let last = 0
    for (const x of [0, 5, 10, 20, 50, 100, 300, 1_000, 5_000]) {
      const log = logTableTail(summands, x, [300, 200, 500, 900], 60, 1_840)
      assert.ok(Number.isFinite(log) && log <= last + 1e-12, `${x}: ${log} after ${last}`)
      last = log
    }
  }
})
