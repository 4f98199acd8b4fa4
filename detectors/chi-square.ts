import { z } from 'zod'
import { pearsonTerms } from '../statistics/cell-distances.ts'
import { pearson } from '../statistics/cell-statistics.ts'
import { chiSquareTest } from '../statistics/contingency.ts'
import { defineDetector } from './detector.ts'
import { pooledSides } from './pooled-sides.ts'
import { usable } from './sides.ts'
import { pOfLog, pooledLogP, tableEffect, tooFewCells } from './table-effect.ts'

/**
 * Chi-square test of a 2 x C table
 *
 * Both sides are samples: the reference is never taken as exact. Rare categories are joined with each other, numbers
 * with their neighbours, by their pooled totals until each cell is expected to hold 5 rows on the smaller side. The
 * p-value is that of the shuffled table, or of quantile cells of the reference, see `pooledLogP`. The effect is Cramér's V, see `tableEffect`.
 */
export const chiSquare = defineDetector({
  name: 'chi-square',
  title: 'Chi-square test',
  reads: 'any',
  from: 'counts',
  definition: 4,
  role: 'test',
  options: z.strictObject({ expected: z.number().min(1).default(5) }),
  examples: [{}, { expected: 10 }],
  minimumEffect: 0.1,
  compare(sides, { expected }) {
    const n = usable(sides)
    const pooled = pooledSides(sides, expected)
    const cells = pooled.reference.length
    const { statistic, degrees } = chiSquareTest([pooled.reference, pooled.current])
    if (degrees < 1) return tooFewCells(n, cells)
    const logP = pooledLogP(pearson, pearsonTerms, statistic, pooled)
    return {
      score: statistic,
      ...tableEffect(statistic, degrees, n),
      get pValue() {
        return pOfLog(logP())
      },
      get logP() {
        return logP()
      },
      n,
      cells,
    }
  },
})
