import { z } from 'zod'
import { logSameRateP } from '../statistics/rates.ts'
import { defineDetector } from './detector.ts'
import { usable } from './sides.ts'
import { pOfLog } from './table-effect.ts'
import { notTwoCells, rateEffect, twoCells } from './two-cells.ts'

/**
 * Two proportions
 *
 * Whether a rate is the same on both sides, for a feature whose rows are in two cells: a yes or no, two categories. The
 * score is the rate of the rarer cell now less its rate in the reference. The p-value is exact at any size and rate.
 */
export const twoProportions = defineDetector({
  name: 'two-proportions',
  title: 'Two proportions',
  reads: 'any',
  from: 'counts',
  definition: 1,
  role: 'test',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.4,
  compare(sides) {
    const cells = twoCells(sides)
    if (cells === null) return notTwoCells(sides)
    const { before, now } = cells
    const logP = logSameRateP(before.hits, before.rows, now.hits, now.rows)
    return {
      score: now.hits / now.rows - before.hits / before.rows,
      ...rateEffect(cells),
      pValue: pOfLog(logP),
      logP,
      n: usable(sides),
      cells: 2,
    }
  },
})
