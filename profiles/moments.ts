import { total } from '../statistics/total.ts'
import type { NumericCounts } from './profile.ts'

/** Finite values of a numeric feature. */
export const finiteCount = (counts: NumericCounts): number => total(counts.cells)

/** Mean and standard deviation (population) of the summed values, derived from exact sums; null without any. */
export function moments(counts: NumericCounts): { mean: number; sd: number } | null {
  const n = finiteCount(counts) - counts.beyond
  if (n <= 0) return null
  // Variance over integers first, so that nothing cancels: n Σq² − (Σq)².
  const { sum, squares } = counts.sums
  const spread = Number(BigInt(n) * squares - sum * sum)
  return {
    mean: Number(sum) / n / counts.factor,
    sd: Math.sqrt(Math.max(0, spread)) / n / counts.factor,
  }
}
