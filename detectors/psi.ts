import { z } from 'zod'
import { stabilityTerms } from '../statistics/cell-distances.ts'
import { defineDetector } from './detector.ts'
import { bins, compareHistograms, histogramOf } from './histogram.ts'
import { inUnit, smoothEffect, smoothLaw } from './histogram-effect.ts'

/**
 * Population stability index
 *
 * Σ (q - p) ln(q / p) over cells, at most `bins` groups of neighbours for numbers; a cell that is empty on one side
 * counts as half a row there. Without any change it is about (cells - 1) (n + m) / (n m), so the effect has that taken
 * off. The p-value is that of the index without change over just these cells: a fixed cut of 0.1 or 0.2 knows nothing
 * of the number of rows, and a chi-square limit fails over many cells.
 */
export const psi = defineDetector({
  name: 'psi',
  title: 'Population stability index',
  reads: 'any',
  from: 'counts',
  definition: 2,
  role: 'test',
  options: z.strictObject({ bins: bins(10) }),
  examples: [{}, { bins: 20 }],
  minimumEffect: 0.1,
  compare(sides, options, asked) {
    const histogram = histogramOf(sides, options.bins)
    const { n } = histogram
    return compareHistograms(histogram, stabilityTerms, asked, (value) => ({
      score: value,
      ...inUnit(smoothEffect(histogram, stabilityTerms, value, 1), (index) => index),
      ...smoothLaw(histogram, 1, 1, 2 * Math.log(2 * Math.max(n.reference, n.current))),
    }))
  },
})
