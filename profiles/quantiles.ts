import { nextAbove } from './binning.ts'
import { finiteCount } from './moments.ts'
import type { NumericCounts } from './profile.ts'

/** Smallest and largest value that cell `index` holds, as far as edges and extremes tell. */
export function cellBounds(counts: NumericCounts, index: number): { from: number; to: number } {
  const low = counts.edges[index - 1] ?? Number.NEGATIVE_INFINITY
  const high = counts.edges[index] ?? Number.POSITIVE_INFINITY
  // A cell ends below its upper edge; a point mass has the next double as its upper edge.
  if (nextAbove(low) === high) return { from: low, to: low }
  return { from: Math.max(low, counts.min), to: Math.min(high, counts.max) }
}

/**
 * Quantiles of the finite values at `levels` in [0, 1], ascending; null without a value. Exact for point masses,
 * else read off a straight line within the cell: off by less than the cell is wide.
 */
export function quantilesOf(counts: NumericCounts, levels: readonly number[]): number[] | null {
  const total = finiteCount(counts)
  if (total === 0) return null
  let index = 0
  let before = 0
  return levels.map((level) => {
    const rank = level * total
    while (index + 1 < counts.cells.length && before + (counts.cells[index] as number) < rank) {
      before += counts.cells[index] as number
      index++
    }
    // An empty cell holds no quantile: level 0 may begin in one.
    while (counts.cells[index] === 0) index++
    const { from, to } = cellBounds(counts, index)
    const share = (rank - before) / (counts.cells[index] as number)
    // Not from + share * (to - from), which overflows for the widest cells.
    return from * (1 - share) + to * share
  })
}
