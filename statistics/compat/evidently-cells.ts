import { total } from '../total.ts'
import { histogram, sturgesEdges } from './numpy-histogram.ts'
import { type Value, valueCounts } from './value-counts.ts'

export interface Sides {
  readonly numeric: boolean
  readonly reference: readonly Value[]
  readonly current: readonly Value[]
}

/** Counts of both sides over the same cells. */
export interface Cells {
  readonly reference: ArrayLike<number>
  readonly current: ArrayLike<number>
}

/** The cells of PSI, Jensen-Shannon and Kullback-Leibler: bins over both sides together, or one per value. */
export function sharedCells({ numeric, reference, current }: Sides): Cells {
  if (!numeric || new Set(reference).size <= 20) return valueCounts(reference, current)
  return over(sturgesEdges([...reference, ...current].map(Number)), reference, current)
}

/** The cells of the Hellinger distance: as many bins as the distinct values, not the rows, ask for. */
export function distinctCells({ numeric, reference, current }: Sides): Cells {
  if (!numeric) return valueCounts(reference, current)
  const distinct = [...new Set([...reference, ...current])].map(Number)
  return over(sturgesEdges(distinct), reference, current)
}

/** Shares with something in place of every empty cell; they do not sum to one any more. */
export function filledShares(counts: ArrayLike<number>): number[] {
  const list = Array.from(counts)
  const rows = total(list)
  const shares = list.map((count) => count / rows)
  const least = Math.min(...shares.filter((share) => share > 0))
  return shares.map((share) => (share > 0 ? share : least <= 0.0001 ? least / 1e6 : 0.0001))
}

const over = (edges: Float64Array, reference: readonly Value[], current: readonly Value[]) => ({
  reference: histogram(reference.map(Number), edges),
  current: histogram(current.map(Number), edges),
})
