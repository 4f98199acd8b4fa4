import { z } from 'zod'
import { hellingerTerms } from '../statistics/cell-distances.ts'
import { defineDetector } from './detector.ts'
import { bins, compareHistograms, histogramOf } from './histogram.ts'
import { inUnit, smoothEffect, smoothLaw } from './histogram-effect.ts'

/**
 * Hellinger distance
 *
 * sqrt(Σ (√p - √q)² / 2) over cells: 0 for the same shares, 1 for nothing in common; empty cells need no filling.
 * Chance alone makes its square positive, about (cells - 1) (n + m) / (8 n m); the effect has that taken off.
 */
export const hellinger = defineDetector({
  name: 'hellinger',
  title: 'Hellinger distance',
  reads: 'any',
  from: 'counts',
  definition: 1,
  role: 'test',
  options: z.strictObject({ bins: bins(30) }),
  examples: [{}, { bins: 10 }],
  minimumEffect: 0.1,
  compare(sides, options, asked) {
    const histogram = histogramOf(sides, options.bins)
    const root = (square: number) => Math.sqrt(Math.min(1, square))
    return compareHistograms(histogram, hellingerTerms, asked, (value) => ({
      score: root(value),
      ...inUnit(smoothEffect(histogram, hellingerTerms, value, 8), root),
      ...smoothLaw(histogram, 8, 0.5, 1),
    }))
  },
})
