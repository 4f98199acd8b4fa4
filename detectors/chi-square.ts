import { z } from 'zod'
import { chiSquareTest } from '../statistics/contingency.ts'
import { poolCells } from '../statistics/pool-cells.ts'
import { logChiSquareSf } from '../statistics/special.ts'
import { defineDetector } from './detector.ts'
import { usable } from './sides.ts'
import { tableEffect, tooFewCells } from './table-effect.ts'

/**
 * Chi-square test of a 2 x C table
 *
 * Both sides are samples: the reference is never taken as exact. Cells are joined by their pooled totals until
 * each is expected to hold 5 rows on the smaller side. The effect is Cramér's V, see `tableEffect`.
 */
export const chiSquare = defineDetector({
  name: 'chi-square',
  title: 'Chi-square test',
  reads: 'any',
  from: 'counts',
  definition: 1,
  role: 'test',
  options: z.strictObject({ expected: z.number().min(1).default(5) }),
  examples: [{}, { expected: 10 }],
  minimumEffect: 0.1,
  compare(sides, { expected }) {
    const n = usable(sides)
    const pooled = poolCells(sides.reference, sides.current, expected)
    const cells = pooled.reference.length
    const { statistic, degrees, p } = chiSquareTest([pooled.reference, pooled.current])
    return degrees < 1
      ? tooFewCells(n, cells)
      : {
          score: statistic,
          ...tableEffect(statistic, degrees, n),
          pValue: p,
          logP: logChiSquareSf(statistic, degrees),
          n,
          cells,
        }
  },
})
