import { total } from '../statistics/total.ts'
import type { NumericCounts } from './profile.ts'

/** Finite values of a numeric feature. */
export const finiteCount = (counts: NumericCounts): number => total(counts.cells)

/** How many values were summed, their mean and standard deviation (population) from exact sums; null without any. */
export function moments(
  counts: NumericCounts,
): { readonly count: number; readonly mean: number; readonly sd: number } | null {
  const n = finiteCount(counts) - counts.beyond
  if (n <= 0) return null
  const { sum, squares } = counts.sums
  // Variance over integers first, so that nothing cancels: n Σq² − (Σq)².
  const spread = Number(BigInt(n) * squares - sum * sum)
  return {
    count: n,
    mean: Number(sum) / n / counts.factor,
    sd: Math.sqrt(Math.max(0, spread)) / n / counts.factor,
  }
}
