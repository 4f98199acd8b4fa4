import { z } from 'zod'
import {
  dkwMargin,
  kolmogorovSmirnov,
  kolmogorovSmirnovP,
} from '../statistics/kolmogorov-smirnov.ts'
import { defineDetector } from './detector.ts'

/**
 * Kolmogorov-Smirnov distance
 *
 * The largest gap between the two distribution functions, 0 to 1: at its place this share of the rows has moved
 * from one side to the other. Read from cells, so it is at most `bound` below the distance of the raw values and
 * its p-value errs on the side of no alarm. Sees a shift best; a change of the tails alone it sees late.
 */
export const ks = defineDetector({
  name: 'ks',
  title: 'Kolmogorov-Smirnov distance',
  reads: 'numeric',
  from: 'counts',
  definition: 1,
  role: 'test',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.1,
  compare({ reference, current, cells }) {
    const { distance, n, m, widest } = kolmogorovSmirnov(reference, current)
    // Half of the error goes to each side of the comparison.
    const margin = dkwMargin(n, 0.025) + dkwMargin(m, 0.025)
    return {
      score: distance,
      effect: distance,
      effectInterval: [Math.max(0, distance - margin), Math.min(1, distance + margin)],
      pValue: kolmogorovSmirnovP(distance, n, m),
      bound: cells === 'values' ? 0 : widest,
      n: { reference: n, current: m },
      cells: reference.length,
    }
  },
})
