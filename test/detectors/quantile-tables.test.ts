import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pooledLogP, tableLogP } from '../../detectors/table-effect.ts'
import { likelihoodTerms, pearsonTerms } from '../../statistics/cell-distances.ts'
import { likelihoodRatio, pearson } from '../../statistics/cell-statistics.ts'
import { chiSquareTest, gTest } from '../../statistics/contingency.ts'
import { distanceP } from '../../statistics/distance-p.ts'

/** The window's rows over ten cells that hold 50 rows of the reference each. */
const windows = [
  [1020, 930, 1150, 880, 1190, 960, 1010, 1230, 790, 840],
  [1020, 930, 1250, 780, 1290, 960, 1010, 1230, 690, 840],
]
const reference = [49, 50, 50, 50, 50, 50, 50, 50, 50, 51]

for (const [name, statistic, terms, of] of [
  ['chi-square', pearson, pearsonTerms, chiSquareTest],
  ['G', likelihoodRatio, likelihoodTerms, gTest],
] as const) {
  test(`${name} over quantiles of 500 rows has the p-value of draws of the gaps between them`, () => {
    for (const current of windows) {
      const x = of([reference, current]).statistic
      const pooled = { reference, current, edges: 'of the reference' } as const
      const p = Math.exp(pooledLogP(statistic, terms, x, pooled)())
      const drawn = distanceP(terms, reference, current, 'of the reference', 20_000).p
      assert.ok(Math.abs(Math.log(p / drawn)) < 0.2, `${p} where draws give ${drawn}`)
    }
  })
}

test('over given cells, and over full ones, it is that of the shuffled table', () => {
  const current = windows[1]!
  const x = chiSquareTest([reference, current]).statistic
  const given = { reference, current, edges: 'given' } as const
  assert.equal(
    pooledLogP(pearson, pearsonTerms, x, given)(),
    tableLogP(pearson, x, { reference, current })(),
  )
  const full = {
    reference: reference.map((count) => 100 * count),
    current,
    edges: 'of the reference',
  } as const
  assert.equal(pooledLogP(pearson, pearsonTerms, x, full)(), tableLogP(pearson, x, full)())
})
