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

/** Rows in which the feature has no usable value: missing, or NaN. */
export const missingOf = (counts: FeatureCounts): number =>
  counts.missing + (counts.kind === 'numeric' ? counts.nan : 0)

/** All rows that were counted for the feature. */
export const rowsOf = (counts: FeatureCounts): number =>
  totalOf(cellsOf(counts)) +
  missingOf(counts) +
  (counts.kind === 'numeric' ? counts.positiveInfinity + counts.negativeInfinity : 0)

/** Effective sample size of a two-sample comparison, nm / (n + m). */
export const effectiveSize = (n: number, m: number): number => (n * m) / (n + m)
