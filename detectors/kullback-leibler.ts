import { z } from 'zod'
import { kullbackLeiblerTerms } from '../statistics/cell-distances.ts'
import { defineDetector } from './detector.ts'
import { bins, compareHistograms, histogramOf } from './histogram.ts'
import { inUnit, smoothEffect } from './histogram-effect.ts'

/**
 * Kullback-Leibler divergence of the reference from the window, in nats
 *
 * Σ p ln(p / q) - p + q over cells, p the reference's shares; the last two sum to zero. A cell that only the window
 * lacks counts as half a row there, so that the divergence stays finite; one that only the reference lacks adds q.
 * Without any change it is about (cells - 1) (n + m) / (2 n m); the effect has that taken off.
 */
export const kullbackLeibler = defineDetector({
  name: 'kullback-leibler',
  title: 'Kullback-Leibler divergence',
  reads: 'any',
  from: 'counts',
  definition: 1,
  role: 'test',
  options: z.strictObject({ bins: bins(30) }),
  examples: [{}, { bins: 10 }],
  minimumEffect: 0.04,
  compare(sides, options, asked) {
    const histogram = histogramOf(sides, options.bins)
    return compareHistograms(histogram, kullbackLeiblerTerms, asked, (value) => ({
      score: value,
      ...inUnit(smoothEffect(histogram, kullbackLeiblerTerms, value, 2), (nats) => nats),
    }))
  },
})
