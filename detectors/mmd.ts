import { z } from 'zod'
import { approximateMmd } from '../statistics/approximate-mmd.ts'
import { gaussianKernel, unbiasedMmd2 } from '../statistics/mmd.ts'
import { medianOfPairs, pairDistances } from '../statistics/pair-matrix.ts'
import { oneArrangement } from '../statistics/permutation.ts'
import { defineRowDetector } from './row-detector.ts'
import { everyRow, rowPoints } from './row-points.ts'
import { rootInterval, shuffledPairs } from './shuffled-rows.ts'

/**
 * Maximum mean discrepancy
 *
 * How far the mean Gaussian kernel values inside each side lie above those between the sides; its root is the effect,
 * 0 without a change and below the root of 2. Sees any change of the joint distribution on the scale of the median distance
 * between rows, and little of what happens in one of very many columns.
 */
export const mmd = defineRowDetector({
  name: 'mmd',
  title: 'Maximum mean discrepancy',
  reads: 'rows',
  definition: 1,
  role: 'test',
  options: z.strictObject({
    /** Most draws of the null law. */
    draws: z.number().int().min(400).max(100_000).default(1_000),
    /** With more rows than this on both sides together random features stand for the kernel. */
    exactRows: z.number().int().min(0).max(5_000).default(2_000),
    frequencies: z.number().int().min(16).max(4_096).default(128),
  }),
  examples: [{}, { exactRows: 0, frequencies: 64 }],
  minimumEffect: 0.06,
  leastRows: 20,
  smallestP: oneArrangement,
  compare({ table, n, m }, { draws, exactRows, frequencies }, next) {
    const { values, width } = rowPoints(table, everyRow(table))
    if (table.rows > exactRows) {
      const approximate = approximateMmd(values, width, n, next, { frequencies, most: draws })
      const { mmd2, frequencyError, rowError, sigma, p } = approximate
      const [effect, low, high] = rootInterval(mmd2, Math.hypot(frequencyError, rowError))
      return {
        score: mmd2,
        effect,
        effectInterval: [low, high],
        pValue: p.p,
        details: { sigma, draws: p.draws, from: p.from, frequencies, frequencyError },
      }
    }
    const distances = pairDistances(values, width)
    // Where more than half of the pairs are equal, any positive width tells equal from different.
    const sigma = medianOfPairs(distances) || 1
    const { observed, error, p } = shuffledPairs(gaussianKernel(distances, sigma), n, {
      statistic: (sums) => unbiasedMmd2(sums, n, m),
      most: draws,
      next,
    })
    const [effect, low, high] = rootInterval(observed, error)
    return {
      score: observed,
      effect,
      effectInterval: [low, high],
      pValue: p.p,
      details: { sigma, draws: p.draws, from: p.from },
    }
  },
})
