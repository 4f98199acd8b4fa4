import { z } from 'zod'
import { gTest as likelihoodRatio } from '../statistics/contingency.ts'
import { noncentralInterval } from '../statistics/noncentral.ts'
import { poolCells } from '../statistics/pool-cells.ts'
import { logChiSquareSf } from '../statistics/special.ts'
import { defineDetector } from './detector.ts'
import { effectiveSize, usable } from './sides.ts'

/**
 * G-test of a 2 x C table: the likelihood ratio of independence, divided by Williams's correction (Biometrika 63,
 * 1976), without which it rejects too often where cells are expected to hold few rows. Cells are joined, and the
 * effect and its interval are made from the statistic, as by `chi-square`.
 */
export const gTest = defineDetector({
  name: 'g-test',
  title: 'G-test',
  reads: 'any',
  from: 'counts',
  definition: 1,
  role: 'test',
  options: z.strictObject({ expected: z.number().min(1).default(5) }),
  examples: [{}, { expected: 10 }],
  minimumEffect: 0.1,
  compare(sides, { expected }) {
    const n = usable(sides)
    const { reference, current } = poolCells(sides.reference, sides.current, expected)
    const cells = reference.length
    const { statistic, degrees } = likelihoodRatio([reference, current])
    if (degrees < 1) {
      const pValueAbsent = 'fewer than two cells are expected to hold enough rows'
      return { score: 0, effect: 0, effectInterval: [0, 1], pValueAbsent, n, cells }
    }
    const total = n.reference + n.current
    const rows = total / n.reference + total / n.current - 1
    const columns = reference.reduce((sum, a, i) => sum + total / (a + (current[i] as number)), -1)
    const score = statistic / (1 + (rows * columns) / (6 * total * degrees))
    const size = 4 * effectiveSize(n.reference, n.current)
    const share = (excess: number) => Math.min(1, Math.sqrt(Math.max(0, excess) / size))
    const [low, high] = noncentralInterval(score, degrees)
    return {
      score,
      effect: share(score - degrees),
      effectInterval: [share(low), share(high)],
      pValue: Math.max(Number.MIN_VALUE, Math.exp(logChiSquareSf(score, degrees))),
      n,
      cells,
    }
  },
})
