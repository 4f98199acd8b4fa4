import { finiteCount, type NumericCounts } from '../profiles/index.ts'

/** Bounds of cell i, the outer ones closed by the smallest and largest value seen. */
export function cellBounds(counts: NumericCounts, i: number): [number, number] {
  const { edges } = counts
  const low = i === 0 ? Math.min(counts.min, edges[0] ?? counts.min) : (edges[i - 1] as number)
  const high =
    i === edges.length ? Math.max(counts.max, edges[i - 1] ?? counts.max) : (edges[i] as number)
  return [low, high]
}

/** Values at the given shares (ascending, 0 to 1), read from the cells by linear interpolation. */
export function quantiles(counts: NumericCounts, at: readonly number[]): number[] {
  const n = finiteCount(counts)
  const result: number[] = []
  let passed = 0
  let cell = 0
  for (const share of at) {
    const rank = share * n
    while (cell < counts.cells.length - 1 && passed + (counts.cells[cell] as number) < rank) {
      passed += counts.cells[cell++] as number
    }
    const [low, high] = cellBounds(counts, cell)
    const inside = counts.cells[cell] as number
    result.push(inside === 0 ? low : low + ((rank - passed) / inside) * (high - low))
  }
  return result
}

export const median = (counts: NumericCounts): number => quantiles(counts, [0.5])[0] as number
