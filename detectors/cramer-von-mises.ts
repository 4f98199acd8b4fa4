import { z } from 'zod'
import { cramerVonMises as compareCells, cramerVonMisesP } from '../statistics/cramer-von-mises.ts'
import { defineDetector } from './detector.ts'
import { effectiveSize } from './sides.ts'

/** The 97.5 % point of the one-sample law: one side's part of the interval. */
const quantile = 0.5806

/**
 * Cramér-von Mises distance
 *
 * The root of the mean squared gap of the two distribution functions over the pooled rows, 0 to 0.577: the whole
 * curve counts, not its widest place. Finds a shift of the middle with fewer rows than Kolmogorov-Smirnov.
 */
export const cramerVonMises = defineDetector({
  name: 'cramer-von-mises',
  title: 'Cramér-von Mises distance',
  reads: 'numeric',
  from: 'counts',
  definition: 2,
  role: 'test',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.076,
  compare({ reference, current }) {
    const compared = compareCells(reference, current)
    const { statistic, meanSquare, n, m } = compared
    const groups = reference.map((count, i) => count + (current[i] as number))
    const margin = Math.sqrt(quantile) * (1 / Math.sqrt(n) + 1 / Math.sqrt(m))
    const root = Math.sqrt(meanSquare)
    return {
      score: statistic,
      effect: Math.sqrt(Math.max(0, meanSquare - (1 / n + 1 / m) / 6)),
      // Ties may lift the root beyond what it can be for continuous values.
      effectInterval: [
        Math.max(0, root - margin),
        Math.min(Math.max(root, 1 / Math.sqrt(3)), root + margin),
      ],
      get pValue() {
        return statistic === 0 ? 1 : cramerVonMisesP(compared, groups)
      },
      law: {
        // By the largest of the weights 1 / (jπ)² of the limit law (Anderson and Darling 1952); the others' part.
        chance: 1 / (Math.PI * Math.sqrt(effectiveSize(n, m))),
        factor: Math.SQRT2,
        error: 1 / (Math.PI * Math.sqrt(effectiveSize(n, m))),
        margin,
        bias: (1 / n + 1 / m) / 6,
        most: 1 / Math.sqrt(3),
      },
      n: { reference: n, current: m },
      cells: reference.length,
    }
  },
})
