import { z } from 'zod'
import { defineDetector } from './detector.ts'
import { rateChange } from './rate-change.ts'
import { rowsOf } from './sides.ts'

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
  from: 'counts',
  definition: 2,
  role: 'rule',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.05,
  compare(sides) {
    const rows = rowsOf(sides)
    return rateChange(
      { hits: sides.missing.reference, rows: rows.reference },
      { hits: sides.missing.current, rows: rows.current },
    )
  },
})
