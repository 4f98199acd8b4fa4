import { z } from 'zod'
import { chiSquareTest } from '../statistics/contingency.ts'
import { noncentralInterval } from '../statistics/noncentral.ts'
import { poolCells } from '../statistics/pool-cells.ts'
import { defineDetector } from './detector.ts'
import { effectiveSize, usable } from './sides.ts'

/**
 * Chi-square test of a 2 x C table
 *
 * Both sides are samples: the reference is never taken as exact. Cells are joined by their pooled totals until
 * each is expected to hold 5 rows on the smaller side. The effect is Cramér's V corrected for its bias, as it
 * would be with equally many rows on both sides, so that it depends neither on n nor on the ratio of the sides:
 * sqrt(max(0, X² - df) (n + m) / (4 n m)). Its interval inverts the noncentral chi-square law.
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
    const size = 4 * effectiveSize(n.reference, n.current) || 1
    if (degrees < 1) {
      const pValueAbsent = 'fewer than two cells are expected to hold enough rows'
      return { score: 0, effect: 0, effectInterval: [0, 1], pValueAbsent, n, cells }
    }
    const [low, high] = noncentralInterval(statistic, degrees)
    return {
      score: statistic,
      effect: Math.min(1, Math.sqrt(Math.max(0, statistic - degrees) / size)),
      effectInterval: [Math.min(1, Math.sqrt(low / size)), Math.min(1, Math.sqrt(high / size))],
      pValue: p,
      n,
      cells,
    }
  },
})
