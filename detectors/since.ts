import type { Since } from '../contracts/report.ts'
import type { FeatureCounts } from '../profiles/index.ts'
import { changePoint } from '../statistics/change-point.ts'
import { total } from '../statistics/total.ts'

/** Rows of one feature in one bucket of event time. */
export interface TimedCells {
  /** ISO 8601. */
  readonly start: string
  readonly cells: ArrayLike<number>
}

/** So many cells are enough to tell before from after. */
const mostCells = 16

/**
 * Since when a drifted feature differs from its reference. `buckets` are in order of event time, as many before the
 * change as there are. Null where no rows are known.
 */
export function sinceOf(
  kind: FeatureCounts['kind'],
  reference: ArrayLike<number>,
  buckets: readonly TimedCells[],
): Since | null {
  const groups = kind === 'numeric' ? neighbours(reference) : mostMoved(reference, buckets)
  const found = changePoint(
    buckets.map(({ cells }) => joined(cells, groups)),
    joined(reference, groups),
  )
  if (found === null) return null
  const startOf = (index: number) => (buckets[index] as TimedCells).start
  return {
    at: startOf(found.split),
    from: startOf(found.first),
    to: startOf(found.last),
    earlier: found.first === 0,
  }
}

/** cell -> group: neighbouring cells with about as many reference rows in each group. */
function neighbours(reference: ArrayLike<number>): number[] {
  const share = Math.max(1, total(reference)) / mostCells
  let passed = 0
  return Array.from(reference, (rows) => {
    // Where the middle of the cell falls; beyond the last value there may be an empty cell.
    const middle = passed + rows / 2
    passed += rows
    return Math.min(mostCells - 1, Math.floor(middle / share))
  })
}

/** cell -> group: the categories whose shares differ most from the reference, and one for all others. */
function mostMoved(reference: ArrayLike<number>, buckets: readonly TimedCells[]): number[] {
  const rows = Math.max(1, total(reference))
  const sums = Array.from(reference, (_, c) =>
    buckets.reduce((sum, { cells }) => sum + (cells[c] as number), 0),
  )
  const all = Math.max(1, total(sums))
  const moved = sums.map((sum, c) => Math.abs(sum / all - (reference[c] as number) / rows))
  const order = moved.map((_, c) => c).sort((a, b) => (moved[b] ?? 0) - (moved[a] ?? 0))
  const groups = new Array<number>(sums.length).fill(mostCells - 1)
  for (const [group, cell] of order.slice(0, mostCells - 1).entries()) groups[cell] = group
  return groups
}

function joined(cells: ArrayLike<number>, groups: readonly number[]): Float64Array {
  const sums = new Float64Array(mostCells)
  groups.forEach((group, c) => {
    sums[group] = (sums[group] as number) + (cells[c] as number)
  })
  return sums
}
