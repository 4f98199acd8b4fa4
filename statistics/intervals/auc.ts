import { aucEstimate, placements } from '../auc-variance.ts'
import { mean, variance } from '../mean-variance.ts'
import { normalQuantile, normalSf } from '../special.ts'

/**
 * Interval of the area under the ROC curve: DeLong's variance on the log-odds scale, so that it stays inside 0 and 1
 * (Qin and Hotilovac, Statistical Methods in Medical Research 17, 2008). A perfect order has no variance: there, half of
 * one pair is the least distance from the ends. `zeros` and `ones` are the scores of either class. O(n log n).
 */
export function aucInterval(
  zeros: ArrayLike<number>,
  ones: ArrayLike<number>,
  level = 0.95,
): { value: number; low: number; high: number } {
  const estimate = aucEstimate(zeros, ones)
  const least = 0.5 / (zeros.length * ones.length)
  const inside = Math.min(1 - least, Math.max(least, estimate.auc))
  const few = Math.min(zeros.length, ones.length)
  // One pair out of order among those of the smaller class.
  const sd =
    Math.sqrt(Math.max(estimate.variance, (0.5 / few) ** 2 / few)) / (inside * (1 - inside))
  const reach = normalQuantile((1 + level) / 2) * sd
  const logOdds = Math.log(inside / (1 - inside))
  const back = (value: number) => 1 / (1 + Math.exp(-value))
  return {
    value: estimate.auc,
    low: Math.min(estimate.auc, back(logOdds - reach)),
    high: Math.max(estimate.auc, back(logOdds + reach)),
  }
}

/** Two models over the same rows, the second less the first. */
export interface PairedAuc {
  readonly difference: number
  readonly low: number
  readonly high: number
  /** Two-sided, of no difference. */
  readonly p: number
}

/**
 * Difference of two areas over the same rows, by the placements of each row under both (DeLong et al., Biometrics 44,
 * 1988). Throws a RangeError without a row of either class. O(n log n).
 */
export function pairedAuc(
  labels: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  level = 0.95,
): PairedAuc {
  const of = (scores: ArrayLike<number>, wanted: number) =>
    Float64Array.from(scores).filter((_, row) => labels[row] === wanted)
  const [before, now] = [
    { ones: of(first, 1), zeros: of(first, 0) },
    { ones: of(second, 1), zeros: of(second, 0) },
  ]
  if (before.ones.length === 0 || before.zeros.length === 0) {
    throw new RangeError('an area needs rows of both classes')
  }
  const gaps = (side: 'ones' | 'zeros') => {
    const other = side === 'ones' ? 'zeros' : 'ones'
    const old = placements(before[side], before[other])
    const sign = side === 'ones' ? 1 : -1
    return placements(now[side], now[other]).map((share, i) => sign * (share - (old[i] as number)))
  }
  const [ones, zeros] = [gaps('ones'), gaps('zeros')]
  const difference = mean(ones)
  const sd = Math.sqrt(variance(ones) / ones.length + variance(zeros) / zeros.length)
  const reach = normalQuantile((1 + level) / 2) * sd
  return {
    difference,
    low: difference - reach,
    high: difference + reach,
    p: sd > 0 ? Math.min(1, 2 * normalSf(Math.abs(difference) / sd)) : difference === 0 ? 1 : 0,
  }
}
