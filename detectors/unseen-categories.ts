import { z } from 'zod'
import { defineDetector } from './detector.ts'
import { type Rate, rateChange } from './rate-change.ts'
import { totalOf } from './sides.ts'

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
  from: 'counts',
  definition: 1,
  role: 'rule',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.05,
  compare: ({ reference, current }) => rateChange(unseen(reference), unseen(current)),
})

const unseen = (cells: Float64Array): Rate => ({
  hits: cells[cells.length - 1] as number,
  rows: totalOf(cells),
})
