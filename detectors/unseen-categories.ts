import { z } from 'zod'
import { rateDifferenceInterval, sameRateP } from '../statistics/contingency.ts'
import { cellsOf, totalOf } from './cells.ts'
import { defineDetector } from './detector.ts'

/**
 * Unseen-category rate
 *
 * Share of values that the binning does not know now, less the share in the reference (0, unless the binning was
 * inherited). One new category in a thousand rows is no alarm; a new product line is.
 */
export const unseenCategories = defineDetector({
  name: 'unseen-categories',
  title: 'Unseen-category rate',
  reads: 'categorical',
  definition: 1,
  role: 'rule',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.05,
  compare(reference, current) {
    const n = { reference: totalOf(cellsOf(reference)), current: totalOf(cellsOf(current)) }
    const before = reference.kind === 'categorical' ? reference.unseen.total : 0
    const now = current.kind === 'categorical' ? current.unseen.total : 0
    if (n.reference === 0 || n.current === 0) {
      return { score: 0, effect: 0, effectInterval: [0, 0], n, cells: 2 }
    }
    const difference = now / n.current - before / n.reference
    return {
      score: difference,
      effect: difference,
      effectInterval: rateDifferenceInterval(before, n.reference, now, n.current),
      pValue: sameRateP(before, n.reference, now, n.current),
      n,
      cells: 2,
    }
  },
})
