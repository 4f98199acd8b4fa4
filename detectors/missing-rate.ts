import { z } from 'zod'
import type { FeatureCounts } from '../profiles/index.ts'
import { missingOf, rowsOf } from './cells.ts'
import { defineDetector } from './detector.ts'
import { type Rate, rateChange } from './rate-change.ts'

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
  compare: (reference, current) => rateChange(missing(reference), missing(current)),
})

const missing = (counts: FeatureCounts): Rate => ({
  hits: missingOf(counts),
  rows: rowsOf(counts),
})
