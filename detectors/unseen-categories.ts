import { z } from 'zod'
import { defineDetector } from './detector.ts'
import { type Rate, rateChange } from './rate-change.ts'
import { totalOf } from './sides.ts'

/**
 * Unseen-category rate
 *
 * Share of values that the binning does not know now, less the share in the reference (0, unless the binning was
 * inherited). It describes: new categories beside the old ones are drift, which the primary test decides; whether
 * they only are old ones in a new spelling is for the rule about changed units.
 */
export const unseenCategories = defineDetector({
  name: 'unseen-categories',
  title: 'Unseen-category rate',
  reads: 'categorical',
  from: 'counts',
  definition: 2,
  role: 'description',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.05,
  compare: ({ reference, current }) => rateChange(unseen(reference), unseen(current)),
})

const unseen = (cells: Float64Array): Rate => ({
  hits: cells[cells.length - 1] as number,
  rows: totalOf(cells),
})
