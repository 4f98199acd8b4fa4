import assert from 'node:assert/strict'
import { test } from 'node:test'
import { andersonDarlingP } from '../../statistics/anderson-darling.ts'
import { cramerVonMisesP } from '../../statistics/cramer-von-mises.ts'

test('two samples that are nearly alike have a p-value of 1 and not NaN, over fine cells and coarse ones', () => {
  for (const cells of [4, 20, 60, 300]) {
    const side = Array<number>(cells).fill(60_000 / cells)
    let last = 1
    for (const statistic of [1e-9, 1e-4, 0.01, 0.03, 0.05, 0.06, 0.1, 0.3, 1]) {
      const p = andersonDarlingP(statistic, [side, side])
      assert.ok(p <= last + 1e-6 && p > 0, `${statistic} over ${cells} cells: ${p} after ${last}`)
      const of = { statistic: statistic / 6, meanSquare: 0, n: 60_000, m: 60_000 }
      assert.ok(
        cramerVonMisesP(
          of,
          side.map((count) => 2 * count),
        ) > 0,
      )
      last = p
    }
  }
})
