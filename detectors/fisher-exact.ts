import { z } from 'zod'
import { fisherTest } from '../statistics/fisher.ts'
import { defineDetector } from './detector.ts'
import { usable } from './sides.ts'
import { pOfLog } from './table-effect.ts'
import { notTwoCells, rateEffect, twoCells } from './two-cells.ts'

/**
 * Fisher's exact test
 *
 * Whether two cells are filled alike on both sides: the tables that are no more probable than the one at hand, its
 * margins fixed. The score is the logarithm of the odds ratio, half a row added to each cell (Gart 1966). It differs
 * from `two-proportions` in which tables count as more extreme.
 */
export const fisherExact = defineDetector({
  name: 'fisher-exact',
  title: "Fisher's exact test",
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
    const { logTwoSided } = fisherTest(
      now.hits,
      now.rows - now.hits,
      before.hits,
      before.rows - before.hits,
    )
    return {
      score: logOdds(now) - logOdds(before),
      ...rateEffect(cells),
      pValue: pOfLog(logTwoSided),
      logP: logTwoSided,
      n: usable(sides),
      cells: 2,
    }
  },
})

const logOdds = ({ hits, rows }: { hits: number; rows: number }) =>
  Math.log((hits + 0.5) / (rows - hits + 0.5))
