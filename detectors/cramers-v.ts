import { z } from 'zod'
import { pearson } from '../statistics/cell-statistics.ts'
import { chiSquareTest, cramersV as vOf } from '../statistics/contingency.ts'
import { noncentralInterval } from '../statistics/noncentral.ts'
import { defineDetector } from './detector.ts'
import { pooledSides } from './pooled-sides.ts'
import { usable } from './sides.ts'
import { pOfLog, tableLogP, tooFewCells } from './table-effect.ts'

/**
 * Cramér's V
 *
 * How strongly the side and the cell of a row hang together, 0 to 1: sqrt(X² / n), plain or corrected for its bias
 * (Bergsma 2013). It shrinks as one side outgrows the other, so it describes and never decides; the effect of
 * `chi-square` does not shrink.
 */
export const cramersV = defineDetector({
  name: 'cramers-v',
  title: "Cramér's V",
  reads: 'any',
  from: 'counts',
  definition: 1,
  role: 'description',
  options: z.strictObject({
    corrected: z.boolean().default(true),
    expected: z.number().min(1).default(5),
  }),
  examples: [{}, { corrected: false }],
  minimumEffect: 0.1,
  compare(sides, { corrected, expected }) {
    const n = usable(sides)
    const pooled = pooledSides(sides, expected)
    const cells = pooled.reference.length
    const { statistic, degrees } = chiSquareTest([pooled.reference, pooled.current])
    if (cells < 2 || degrees < 1) return tooFewCells(n, cells)
    const rows = n.reference + n.current
    const v = vOf(statistic, rows, 2, cells)
    const logP = tableLogP(pearson, statistic, pooled)
    const [low, high] = noncentralInterval(statistic, degrees)
    const effect = corrected ? v.corrected : v.plain
    return {
      score: effect,
      effect,
      effectInterval: [Math.sqrt(low / rows), Math.min(1, Math.sqrt(high / rows))],
      get pValue() {
        return pOfLog(logP())
      },
      get logP() {
        return logP()
      },
      n,
      cells,
    }
  },
})
