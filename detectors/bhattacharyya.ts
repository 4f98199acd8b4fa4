import { z } from 'zod'
import { hellingerTerms } from '../statistics/cell-distances.ts'
import { defineDetector } from './detector.ts'
import { bins, compareHistograms, histogramOf } from './histogram.ts'
import { inUnit, smoothEffect, smoothLaw } from './histogram-effect.ts'

/**
 * Bhattacharyya distance
 *
 * -ln Σ √(pq) over cells, the coefficient being 1 less the squared Hellinger distance: the same order of windows and
 * the same p-value. Without anything in common it would be infinite: the coefficient counts as half of the smallest
 * that two rows in common give, 1 / (2 √(nm)).
 */
export const bhattacharyya = defineDetector({
  name: 'bhattacharyya',
  title: 'Bhattacharyya distance',
  reads: 'any',
  from: 'counts',
  definition: 1,
  role: 'test',
  options: z.strictObject({ bins: bins(30) }),
  examples: [{}, { bins: 10 }],
  minimumEffect: 0.01,
  compare(sides, options, asked) {
    const histogram = histogramOf(sides, options.bins)
    const least = 0.5 / Math.sqrt(histogram.n.reference * histogram.n.current)
    // -ln(1 - square) keeps its digits where the square is small.
    const distance = (square: number) =>
      Math.min(-Math.log1p(-Math.min(1, square)), -Math.log(least))
    return compareHistograms(histogram, hellingerTerms, asked, (value) => ({
      score: distance(value),
      ...inUnit(smoothEffect(histogram, hellingerTerms, value, 8), distance),
      ...smoothLaw(histogram, 8, 1, distance(1)),
    }))
  },
})
