import { z } from 'zod'
import { outsideRangeSf } from '../statistics/outside-range.ts'
import { spreadRanks } from '../statistics/spread-ranks.ts'
import { andersonDarling } from './anderson-darling.ts'
import { defineDetector } from './detector.ts'
import type { NumericSides } from './sides.ts'

/** What each of the three tests may take of the level; together all of it. */
const shares = { distribution: 0.8, spread: 0.1, range: 0.1 }

/**
 * Combined test of distribution, spread and range
 *
 * Anderson-Darling's distance with most of the level, beside it a rank test of spread and the count of rows beyond
 * the reference's range with a tenth each. Finds a shift a few percent later than Anderson-Darling alone, a changed
 * spread and changed tails much earlier. The effect is Anderson-Darling's.
 */
export const combined = defineDetector({
  name: 'combined',
  title: 'Combined test of distribution, spread and range',
  reads: 'numeric',
  from: 'counts',
  definition: 1,
  role: 'test',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: andersonDarling.minimumEffect,
  compare(sides, options) {
    const distance = andersonDarling.compare(sides, options)
    const { score, effect, effectInterval, law, n, cells } = distance
    return {
      score,
      effect,
      effectInterval,
      get pValue() {
        // Bonferroni with weights (Genovese, Roeder, Wasserman 2006): right however the three depend on each other.
        return Math.min(
          1,
          (distance.pValue ?? 1) / shares.distribution,
          spreadRanks(sides.reference, sides.current).p / shares.spread,
          rangeP(sides, n) / shares.range,
        )
      },
      // The other two can only see more.
      ...(law !== undefined &&
        'factor' in law && { law: { ...law, factor: law.factor / shares.distribution } }),
      n,
      cells,
    }
  },
})

/** Only where the range is the reference's own or wider: none of its rows lies outside. */
function rangeP({ outside }: NumericSides, n: { reference: number; current: number }): number {
  const isKnown = outside !== undefined && outside.reference === 0 && n.reference >= 2
  return isKnown ? outsideRangeSf(outside.current, n.reference, n.current) : 1
}
