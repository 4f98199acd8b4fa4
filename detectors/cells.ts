import type { FeatureCounts } from '../profiles/index.ts'
import { withUnseen } from './sides-of-counts.ts'

/** Counts of one feature over its cells: finite values by edge, or categories with all unseen ones last. */
export const cellsOf = (counts: FeatureCounts): Float64Array =>
  counts.kind === 'numeric' ? counts.cells : withUnseen(counts)

/** Counts of several parts under the same cells, taken together. */
export function sumOfCells(parts: readonly Float64Array[]): Float64Array {
  const [first, ...rest] = parts
  const sum = Float64Array.from(first ?? [])
  for (const part of rest) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (part[i] as number)
  }
  return sum
}
