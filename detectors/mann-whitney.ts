import { z } from 'zod'
import { mannWhitney as ranksOf, superiority } from '../statistics/mann-whitney.ts'
import { mannWhitneyCellsP } from '../statistics/mann-whitney-cells.ts'
import { defineDetector } from './detector.ts'
import { effectiveSize } from './sides.ts'

/**
 * Mann-Whitney test
 *
 * How often a row of the window lies above one of the reference, ties a half, away from one in two: 0 to 0.5.
 * The test for a shift of the middle; no value is too far out for it.
 */
export const mannWhitney = defineDetector({
  name: 'mann-whitney',
  title: 'Mann-Whitney test',
  reads: 'numeric',
  from: 'counts',
  definition: 2,
  role: 'test',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.07,
  compare({ reference, current }) {
    const ranks = ranksOf(reference, current)
    const { above, error } = superiority(reference, current)
    const low = above - 0.5 - 1.96 * error
    const high = above - 0.5 + 1.96 * error
    const least = low > 0 ? low : high < 0 ? -high : 0
    return {
      score: ranks.u,
      effect: Math.abs(above - 0.5),
      effectInterval: [
        Math.min(0.5, least),
        Math.min(0.5, Math.max(Math.abs(low), Math.abs(high))),
      ],
      pValue: mannWhitneyCellsP(ranks, reference, current),
      law: {
        chance: 1 / Math.sqrt(12 * effectiveSize(ranks.n, ranks.m)),
        factor: 1,
        error,
        margin: 1.96 * error,
        most: 0.5,
      },
      n: { reference: ranks.n, current: ranks.m },
      cells: reference.length,
    }
  },
})
