import { z } from 'zod'
import { likelihoodTerms } from '../statistics/cell-distances.ts'
import { likelihoodRatio } from '../statistics/cell-statistics.ts'
import { gTest as gOf } from '../statistics/contingency.ts'
import { defineDetector } from './detector.ts'
import { pooledSides } from './pooled-sides.ts'
import { usable } from './sides.ts'
import { pOfLog, pooledLogP, tableEffect, tooFewCells } from './table-effect.ts'

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
  definition: 4,
  role: 'test',
  options: z.strictObject({ expected: z.number().min(1).default(5) }),
  examples: [{}, { expected: 10 }],
  minimumEffect: 0.1,
  compare(sides, { expected }) {
    const n = usable(sides)
    const pooled = pooledSides(sides, expected)
    const { reference, current } = pooled
    const cells = reference.length
    const { statistic, degrees } = gOf([reference, current])
    if (degrees < 1) return tooFewCells(n, cells)
    const total = n.reference + n.current
    const rows = total / n.reference + total / n.current - 1
    const columns = reference.reduce((sum, a, i) => sum + total / (a + (current[i] as number)), -1)
    const score = statistic / (1 + (rows * columns) / (6 * total * degrees))
    const logP = pooledLogP(likelihoodRatio, likelihoodTerms, statistic, pooled)
    return {
      score,
      ...tableEffect(score, degrees, n),
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
