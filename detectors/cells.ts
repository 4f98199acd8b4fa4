import type { CategoricalCounts, FeatureCounts } from '../profiles/index.ts'

/** Counts of one feature over its cells: finite values by edge, or categories with all unseen ones last. */
export function cellsOf(counts: FeatureCounts): Float64Array {
  return counts.kind === 'numeric' ? counts.cells : withUnseen(counts)
}

function withUnseen(counts: CategoricalCounts): Float64Array {
  const cells = new Float64Array(counts.counts.length + 1)
  cells.set(counts.counts)
  cells[counts.counts.length] = counts.unseen.total
  return cells
}

export const totalOf = (cells: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < cells.length; i++) sum += cells[i] as number
  return sum
}

/** Counts of several parts under the same cells, taken together. */
export function sumOfCells(parts: readonly Float64Array[]): Float64Array {
  const [first, ...rest] = parts
  const sum = Float64Array.from(first ?? [])
  for (const part of rest) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (part[i] as number)
  }
  return sum
}

/** Rows in which the feature has no usable value: missing, NaN, or infinite. */
export const missingOf = (counts: FeatureCounts): number =>
  counts.kind === 'categorical'
    ? counts.missing
    : counts.missing + counts.nan + counts.positiveInfinity + counts.negativeInfinity

/** All rows that were counted for the feature. */
export const rowsOf = (counts: FeatureCounts): number =>
  totalOf(cellsOf(counts)) + missingOf(counts)

/** Effective sample size of a two-sample comparison, nm / (n + m). */
export const effectiveSize = (n: number, m: number): number => (n * m) / (n + m)
