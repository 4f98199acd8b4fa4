import { placements } from '../auc-variance.ts'
import { studentSf } from '../beta.ts'
import { studentQuantile } from '../intervals/student-quantile.ts'
import { mean, variance } from '../mean-variance.ts'
import { type PairedLaw, wider } from './law.ts'

/**
 * Law of the difference of two areas under the ROC curve over the same rows, by the placements of each row under both
 * (DeLong et al., Biometrics 44, 1988), Student's t with the degrees that the rows of both classes leave (Satterthwaite).
 * Two perfect orders differ by nothing: there the variance is that of one pair out of order among the smaller class.
 * Throws a RangeError with fewer than two rows of either class. O(n log n).
 */
export function aucLaw(
  labels: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): PairedLaw {
  const of = (scores: ArrayLike<number>, wanted: number) =>
    Float64Array.from(scores).filter((_, row) => labels[row] === wanted)
  const before = { ones: of(first, 1), zeros: of(first, 0) }
  const now = { ones: of(second, 1), zeros: of(second, 0) }
  const few = Math.min(before.ones.length, before.zeros.length)
  if (few < 2) throw new RangeError('an area needs two rows of both classes')
  const gaps = (side: 'ones' | 'zeros', other: 'ones' | 'zeros', sign: 1 | -1) => {
    const old = placements(before[side], before[other])
    return placements(now[side], now[other]).map((share, i) => sign * (share - (old[i] as number)))
  }
  const parts = [gaps('ones', 'zeros', 1), gaps('zeros', 'ones', -1)] as const
  const gain = mean(parts[0])
  const shares = parts.map((part) => variance(part) / part.length)
  const seen = shares.reduce((sum, share) => sum + share, 0)
  const error = wider * Math.sqrt(Math.max(seen, (0.5 / few) ** 2 / few))
  const degrees =
    seen > 0
      ? seen ** 2 /
        shares.reduce((sum, share, i) => sum + share ** 2 / ((parts[i]?.length ?? 2) - 1), 0)
      : few - 1
  return {
    method: 'delong',
    rows: labels.length,
    gain,
    error,
    tail: (than, side) => studentSf((side * (gain - than)) / error, degrees),
    interval(level) {
      const reach = studentQuantile((1 - level) / 2, degrees) * error
      return [gain - reach, gain + reach]
    },
  }
}
