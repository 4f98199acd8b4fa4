import { z } from 'zod'
import { dkwMargin, kolmogorovSmirnov } from '../statistics/kolmogorov-smirnov.ts'
import { kolmogorovSmirnovCellsP } from '../statistics/tied-kolmogorov.ts'
import { defineDetector } from './detector.ts'
import { type Both, effectiveSize } from './sides.ts'

/**
 * Kolmogorov-Smirnov distance
 *
 * The largest gap between the two distribution functions, 0 to 1: at its place this share of the rows has moved
 * from one side to the other. Read from cells, so it is at most `bound` below the distance of the raw values; its
 * p-value is the one of just these cells and ties. Sees a shift best; a change of the tails alone it sees late.
 */
export const ks = defineDetector({
  name: 'ks',
  title: 'Kolmogorov-Smirnov distance',
  reads: 'numeric',
  from: 'counts',
  definition: 2,
  role: 'test',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.1,
  compare({ reference, current, cells, low, high }) {
    const { distance, gap, n, m, widest } = kolmogorovSmirnov(reference, current)
    const margin = ksMargin({ reference: n, current: m })
    return {
      score: distance,
      effect: distance,
      effectInterval: [Math.max(0, distance - margin), Math.min(1, distance + margin)],
      get pValue() {
        // A value that repeats has a cell whatever the reference holds: it ends at no quantile.
        const isQuantiles =
          cells === 'quantiles' &&
          !low.some((value, i) => value === high[i] && (reference[i] as number) > 1)
        const edges = isQuantiles ? 'of the reference' : 'given'
        return kolmogorovSmirnovCellsP(gap, reference, current, edges)
      },
      // The first term of Kolmogorov's limit.
      logP: Math.LN2 - 2 * distance * distance * effectiveSize(n, m),
      law: {
        chance: 0.5 / Math.sqrt(effectiveSize(n, m)),
        // Of the limit 2 exp(-2 t²) against P(|Z| >= 2 t), at levels of 1e-4 to 1e-8.
        factor: 13,
        error: 0.5 / Math.sqrt(effectiveSize(n, m)),
        margin,
        most: 1,
      },
      bound: cells === 'values' ? 0 : widest,
      n: { reference: n, current: m },
      cells: reference.length,
    }
  },
})

/** How far the distance may lie from that of the laws, with 95 %: half of the error goes to each side. */
export const ksMargin = ({ reference, current }: Both<number>): number =>
  dkwMargin(reference, 0.025) + dkwMargin(current, 0.025)
