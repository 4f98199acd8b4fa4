import { z } from 'zod'
import { jensenShannonTerms } from '../statistics/cell-distances.ts'
import { defineDetector } from './detector.ts'
import { bins, compareHistograms, histogramOf } from './histogram.ts'
import { inUnit, smoothEffect, smoothLaw } from './histogram-effect.ts'

/**
 * Jensen-Shannon distance or divergence
 *
 * The divergence is the mean Kullback-Leibler divergence of both sides from their middle, in bits (base 2, 0 to 1) or
 * in nats (base e, 0 to ln 2); the distance is its square root. 0 means the same shares. Other tools print the
 * distance in base e (at most 0.83). Chance alone makes the divergence positive, about (cells - 1) (n + m) / (8 n m)
 * nats; the effect has that taken off. The p-value depends neither on the root nor on the base.
 */
export const jensenShannon = defineDetector({
  name: 'jensen-shannon',
  title: 'Jensen-Shannon distance',
  reads: 'any',
  from: 'counts',
  definition: 3,
  role: 'test',
  options: z.strictObject({
    bins: bins(30),
    base: z.enum(['2', 'e']).default('2'),
    form: z.enum(['distance', 'divergence']).default('distance'),
  }),
  examples: [{}, { form: 'divergence', base: 'e' }],
  minimumEffect: 0.1,
  compare(sides, options, asked) {
    const histogram = histogramOf(sides, options.bins)
    const [unit, most] = options.base === '2' ? [Math.LN2, 1] : [1, Math.LN2]
    const shown = (nats: number) => {
      const divergence = Math.min(most, nats / unit)
      return options.form === 'distance' ? Math.sqrt(divergence) : divergence
    }
    return compareHistograms(histogram, jensenShannonTerms, asked, (value) => ({
      score: shown(value),
      ...inUnit(smoothEffect(histogram, jensenShannonTerms, value, 8), shown),
      ...smoothLaw(histogram, 8 * unit, options.form === 'distance' ? 0.5 : 1, shown(most * unit)),
    }))
  },
})
