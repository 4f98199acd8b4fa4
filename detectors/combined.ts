import { z } from 'zod'
import { andersonDarling, andersonDarlingP } from '../statistics/anderson-darling.ts'
import { outsideRangeSf, outsideRangeStep } from '../statistics/outside-range.ts'
import { spreadRanks } from '../statistics/spread-ranks.ts'
import { defineDetector } from './detector.ts'
import { ks, ksMargin } from './ks.ts'
import { effectiveSize, type NumericSides } from './sides.ts'
import { type Weighted, weightedP } from './weighted-p.ts'

/** What each of the three tests may take of the level; together all of it. */
const shares = { distribution: 0.8, spread: 0.1, range: 0.1 }

/**
 * Combined test of distribution, spread and range
 *
 * Anderson-Darling's test with most of the level, beside it a rank test of spread and the count of rows beyond the
 * reference's range with a tenth each; where all rows hold one of two values it takes all of it, since the others would
 * only ask the same again. Finds a shift as soon as Kolmogorov-Smirnov, a changed spread and changed tails
 * much earlier. Score and effect are the distance of Kolmogorov and Smirnov: the share of the rows that has moved.
 */
export const combined = defineDetector({
  name: 'combined',
  title: 'Combined test of distribution, spread and range',
  reads: 'numeric',
  from: 'counts',
  definition: 5,
  role: 'test',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: ks.minimumEffect,
  compare(sides, options) {
    const distance = ks.compare(sides, options)
    const { score, effect, effectInterval, bound, n, cells } = distance
    const rows = effectiveSize(n.reference, n.current)
    const samples = [sides.reference, sides.current] as const
    const isEmpty = n.reference === 0 || n.current === 0
    const squared = isEmpty ? 0 : andersonDarling(samples)
    // Fixed by the rows of both sides together, never by how they split.
    const share = hasThreeValues(sides) ? shares.distribution : 1
    return {
      score,
      effect,
      effectInterval,
      ...(bound !== undefined && { bound }),
      get pValue() {
        if (squared < 1e-12) return 1
        // One as large as its share makes no smaller p-value of all.
        const ofDistribution = andersonDarlingP(squared, samples, share)
        if (share === 1) return ofDistribution
        return weightedP([
          { p: ofDistribution, share },
          { p: spreadRanks(sides.reference, sides.current).p, share: shares.spread },
          ofRange(sides, n),
        ])
      },
      // The first term of the limit law of the first test.
      logP: -squared - Math.log(share),
      ...(share < 1 && { mainShare: share }),
      law: {
        // Of a shift of a normal feature, whose A² is 3.02 times nm / (n + m) x distance²; see anderson-darling.
        chance: Math.sqrt(1 / (2 * 3.02 * rows)),
        factor: Math.sqrt(3) / share,
        error: 0.5 / Math.sqrt(rows),
        margin: ksMargin(n),
        most: 1,
      },
      n,
      cells,
    }
  },
})

function hasThreeValues({ reference, current }: NumericSides): boolean {
  let filled = 0
  for (let i = 0; i < reference.length; i++) {
    if ((reference[i] as number) + (current[i] as number) > 0 && ++filled === 3) return true
  }
  return false
}

/** Only where the range is the reference's own or wider: none of its rows lies outside. */
function ofRange({ outside }: NumericSides, n: { reference: number; current: number }): Weighted {
  const share = shares.range
  const isKnown = outside !== undefined && outside.reference === 0 && n.reference >= 2
  if (!isKnown) return { p: 1, share, attained: () => 0 }
  return {
    p: outsideRangeSf(outside.current, n.reference, n.current),
    share,
    attained: (limit) => outsideRangeStep(limit, n.reference, n.current),
  }
}
