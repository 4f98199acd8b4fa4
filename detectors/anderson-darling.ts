import { z } from 'zod'
import { andersonDarlingP, andersonDarling as statisticOf } from '../statistics/anderson-darling.ts'
import { defineDetector } from './detector.ts'
import { totalOf } from './sides.ts'

/** The 97.5 % point of the one-sample law: one side's part of the interval. */
const quantile = 3.0775

/**
 * Anderson-Darling distance
 *
 * The root of the mean squared gap of the two distribution functions, each gap in standard deviations of a share
 * there: the tails count as much as the middle. Finds changed tails and changed spread that Kolmogorov-Smirnov
 * finds late.
 */
export const andersonDarling = defineDetector({
  name: 'anderson-darling',
  title: 'Anderson-Darling distance',
  reads: 'numeric',
  from: 'counts',
  definition: 2,
  role: 'test',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.17,
  compare({ reference, current }) {
    const [n, m] = [totalOf(reference), totalOf(current)]
    const empty = n === 0 || m === 0
    const statistic = empty ? 0 : statisticOf([reference, current])
    const perRow = 1 / n + 1 / m
    const root = Math.sqrt(statistic * perRow)
    const margin = Math.sqrt(quantile) * (1 / Math.sqrt(n) + 1 / Math.sqrt(m))
    return {
      score: statistic,
      effect: empty ? 0 : Math.sqrt(Math.max(0, statistic - 1) * perRow),
      effectInterval: empty ? [0, 0] : [Math.max(0, root - margin), root + margin],
      get pValue() {
        return empty || statistic < 1e-12 ? 1 : andersonDarlingP(statistic, [reference, current])
      },
      law: {
        // By the largest of the weights 1 / (j (j + 1)) of the limit law; the others' part.
        chance: Math.sqrt(perRow / 2),
        factor: Math.sqrt(3),
        error: Math.sqrt(perRow / 2),
        margin,
        bias: perRow,
      },
      n: { reference: n, current: m },
      cells: reference.length,
    }
  },
})
