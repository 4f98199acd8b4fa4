import { finiteCount, type NumericCounts } from '../profiles/index.ts'
import { type NumericSides, usable } from './sides.ts'
import { boundsOf } from './sides-of-counts.ts'

/** One side's counts over ordered cells, the outer ones ending at that side's own smallest and largest value. */
export interface Ordered {
  readonly cells: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  readonly range: readonly [number, number] | null
  /** Rows in all cells together. */
  readonly rows: number
}

export const sideOf = (sides: NumericSides, side: 'reference' | 'current'): Ordered => ({
  cells: sides[side],
  low: sides.low,
  high: sides.high,
  range: sides.range[side],
  rows: usable(sides)[side],
})

export const orderedOf = (counts: NumericCounts): Ordered => ({
  cells: counts.cells,
  ...boundsOf(counts.edges, counts.min, counts.max),
  range: counts.min <= counts.max ? [counts.min, counts.max] : null,
  rows: finiteCount(counts),
})

/** Bounds of cell i, the outer ones closed by the smallest and largest value seen on this side. */
export function cellBounds({ cells, low, high, range }: Ordered, i: number): [number, number] {
  const from = low[i] as number
  const to = high[i] as number
  if (range === null || (i > 0 && i < cells.length - 1)) return [from, to]
  return [Math.max(from, Math.min(range[0], to)), Math.min(to, Math.max(range[1], from))]
}

/** Values at the given shares (ascending, 0 to 1), read from the cells by linear interpolation. */
export function quantiles(side: Ordered, at: readonly number[]): number[] {
  const { cells, rows } = side
  const result: number[] = []
  let passed = 0
  let cell = 0
  for (const share of at) {
    const rank = share * rows
    while (cell < cells.length - 1 && passed + (cells[cell] as number) < rank) {
      passed += cells[cell++] as number
    }
    const [low, high] = cellBounds(side, cell)
    const inside = cells[cell] as number
    result.push(inside === 0 ? low : low + ((rank - passed) / inside) * (high - low))
  }
  return result
}
