import { z } from 'zod'
import { kuiper as compareCells, kuiperCellsP } from '../statistics/kuiper.ts'
import { defineDetector } from './detector.ts'
import { effectiveSize } from './sides.ts'

/** Cells above this share of the pooled rows leave the law of the statistic unknown. */
const coarse = 1 / 12
/** The 97.5 % point of Kuiper's limit law: one side's part of the interval. */
const quantile = 1.862
/** Mean square of that law: what chance alone adds. */
const chance = Math.PI ** 2 / 6

/**
 * Kuiper distance
 *
 * The largest gap of the two distribution functions upwards plus the largest downwards, 0 to 1. It does not depend
 * on where a circle is cut, so it suits hours and weekdays; it sees a change of spread better than
 * Kolmogorov-Smirnov and a pure shift a little worse.
 */
export const kuiper = defineDetector({
  name: 'kuiper',
  title: 'Kuiper distance',
  reads: 'numeric',
  from: 'counts',
  definition: 2,
  role: 'test',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.1,
  compare({ reference, current, cells }) {
    const compared = compareCells(reference, current)
    const { distance, n, m, widest, largest } = compared
    const margin = quantile * (1 / Math.sqrt(n) + 1 / Math.sqrt(m))
    return {
      score: distance,
      effect: Math.sqrt(Math.max(0, distance * distance - chance * (1 / n + 1 / m))),
      effectInterval: [Math.max(0, distance - margin), Math.min(1, distance + margin)],
      ...(largest > coarse
        ? {
            pValueAbsent:
              'a cell holds more than a twelfth of the rows: its law is not known there',
          }
        : { pValue: distance === 0 ? 1 : kuiperCellsP(compared) }),
      law: {
        chance: 0.5 / Math.sqrt(effectiveSize(n, m)),
        // Of the limit 2 (4 t² - 1) exp(-2 t²) against P(|Z| >= 2 t), at levels of 1e-4 to 1e-8.
        factor: 320,
        // An arc holds a share of each side.
        error: 0.5 / Math.sqrt(effectiveSize(n, m)),
        margin,
        bias: chance * (1 / n + 1 / m),
        most: 1,
      },
      bound: cells === 'values' ? 0 : Math.min(1, 2 * widest),
      n: { reference: n, current: m },
      cells: reference.length,
    }
  },
})
