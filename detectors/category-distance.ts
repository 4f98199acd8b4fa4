import { shares, totalVariation } from '../statistics/histogram-distances.ts'
import { sumOfCells } from './cells.ts'
import { effectiveSize, totalOf } from './sides.ts'

/** Total variation of parts taken together from what is expected: as it is, and less what chance leaves. */
export interface CategoryDistance {
  readonly raw: (parts: readonly Float64Array[]) => number
  readonly beyondChance: (parts: readonly Float64Array[]) => number
}

export function categoryDistance(expected: Float64Array): CategoryDistance {
  const rows = totalOf(expected)
  const spread = spreadOf(expected)
  const raw = (parts: readonly Float64Array[]) => totalVariation(expected, sumOfCells(parts))
  return {
    raw,
    beyondChance: (parts) => {
      const size = effectiveSize(rows, totalOf(sumOfCells(parts)))
      return Math.max(0, raw(parts) - spread / Math.sqrt(size))
    },
  }
}

/** Mean total variation of two samples of one law times sqrt(nm / (n + m)): half the sum of sqrt(2 p (1 - p) / pi). */
const spreadOf = (cells: Float64Array): number =>
  shares(cells).reduce((sum, p) => sum + Math.sqrt((2 * p * (1 - p)) / Math.PI), 0) / 2
