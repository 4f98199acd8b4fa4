import { z } from 'zod'
import { gTest as likelihoodRatio } from '../statistics/contingency.ts'
import { poolCells } from '../statistics/pool-cells.ts'
import { logChiSquareSf } from '../statistics/special.ts'
import { defineDetector } from './detector.ts'
import { usable } from './sides.ts'
import { tableEffect, tooFewCells } from './table-effect.ts'

/**
 * G-test of a 2 x C table: the likelihood ratio of independence, divided by Williams's correction (Biometrika 63,
 * 1976), without which it rejects too often where cells are expected to hold few rows. Cells are joined as by
 * `chi-square`.
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
    if (degrees < 1) return tooFewCells(n, cells)
    const total = n.reference + n.current
    const rows = total / n.reference + total / n.current - 1
    const columns = reference.reduce((sum, a, i) => sum + total / (a + (current[i] as number)), -1)
    const score = statistic / (1 + (rows * columns) / (6 * total * degrees))
    const logP = logChiSquareSf(score, degrees)
    return {
      score,
      ...tableEffect(score, degrees, n),
      pValue: Math.max(Number.MIN_VALUE, Math.exp(logP)),
      logP,
      n,
      cells,
    }
  },
})
