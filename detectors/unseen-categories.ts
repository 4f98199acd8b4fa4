import { z } from 'zod'
import type { FeatureCounts } from '../profiles/index.ts'
import { cellsOf, totalOf } from './cells.ts'
import { defineDetector } from './detector.ts'
import { type Rate, rateChange } from './rate-change.ts'

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
  compare: (reference, current) => rateChange(unseen(reference), unseen(current)),
})

const unseen = (counts: FeatureCounts): Rate => ({
  hits: counts.kind === 'categorical' ? counts.unseen.total : 0,
  rows: totalOf(cellsOf(counts)),
})
