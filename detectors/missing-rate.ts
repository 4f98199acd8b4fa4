import { z } from 'zod'
import { rateDifferenceInterval, sameRateP } from '../statistics/contingency.ts'
import { missingOf, rowsOf } from './cells.ts'
import { defineDetector } from './detector.ts'

/**
 * Missing-rate change
 *
 * Share of rows without a usable value (missing, NaN or infinite) now, less the share in the reference. The effect is that
 * difference in points of share with Newcombe's interval; only a rise counts against a window.
 */
export const missingRate = defineDetector({
  name: 'missing-rate',
  title: 'Missing-rate change',
  reads: 'any',
  definition: 1,
  role: 'rule',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.05,
  compare(reference, current) {
    const n = { reference: rowsOf(reference), current: rowsOf(current) }
    const before = missingOf(reference)
    const now = missingOf(current)
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
