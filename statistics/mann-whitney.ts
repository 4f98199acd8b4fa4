import { normalSf } from './special.ts'
import { total } from './total.ts'

/** Ranks of two samples over the same ordered cells, ties at the middle of their cell. */
export interface MannWhitney {
  /** Pairs in which the reference is the larger, equal ones counted a half. */
  readonly u: number
  readonly n: number
  readonly m: number
  /** Variance of u without any change, corrected for ties, and its root; 0 when all values are equal. */
  readonly variance: number
  readonly sd: number
}

/**
 * The statistic of Mann and Whitney (1947) from counts over ordered cells; exact for one cell per value. Throws
 * RangeError for an empty side.
 */
export function mannWhitney(reference: ArrayLike<number>, current: ArrayLike<number>): MannWhitney {
  let [n, m, u, ties] = [0, 0, 0, 0]
  for (let i = 0; i < reference.length; i++) {
    const a = reference[i] as number
    const b = current[i] as number
    u += a * (m + b / 2)
    n += a
    m += b
    ties += (a + b) ** 3 - (a + b)
  }
  if (!(n > 0 && m > 0)) throw new RangeError('a side without any value has no rank')
  const all = n + m
  const variance = Math.max(0, ((n * m) / 12) * (all + 1 - ties / (all * (all - 1))))
  return { u, n, m, variance, sd: Math.sqrt(variance) }
}

/** `less`: the reference's values tend to be smaller; `greater`: larger. */
export type Alternative = 'two-sided' | 'less' | 'greater'

/**
 * p-value of u by the normal limit, with half a pair taken off for continuity unless told not to. All values
 * equal: 1, nothing speaks for a change.
 */
export function mannWhitneyP(
  { u, n, m, sd }: MannWhitney,
  alternative: Alternative = 'two-sided',
  continuity = true,
): number {
  if (sd === 0) return 1
  const middle = (n * m) / 2
  const above = alternative === 'less' ? n * m - u : u
  const distance = alternative === 'two-sided' ? Math.abs(u - middle) : above - middle
  const tail = normalSf((distance - (continuity ? 0.5 : 0)) / sd)
  return alternative === 'two-sided' ? Math.min(1, 2 * tail) : tail
}

/**
 * P(window > reference) + P(equal) / 2 from counts over ordered cells, and its standard error whatever changed
 * (DeLong, DeLong, Clarke-Pearson 1988; the placements of a cell's rows are one). Throws RangeError for an empty side.
 */
export function superiority(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): { above: number; error: number } {
  const [n, m] = [total(reference), total(current)]
  if (n === 0 || m === 0) throw new RangeError('a side without any value has no rank')
  const sums = { above: 0, ofReference: 0, ofCurrent: 0 }
  let [left, right] = [0, 0]
  for (let i = 0; i < reference.length; i++) {
    const [a, b] = [reference[i] as number, current[i] as number]
    // Shares of the other side that a row of this cell lies below, and above.
    const below = (m - right - b / 2) / m
    const over = (left + a / 2) / n
    sums.above += (a / n) * below
    sums.ofReference += (a / n) * below * below
    sums.ofCurrent += (b / m) * over * over
    left += a
    right += b
  }
  const { above } = sums
  const variance =
    Math.max(0, sums.ofReference - above * above) / n +
    Math.max(0, sums.ofCurrent - above * above) / m
  return { above, error: Math.sqrt(variance) }
}
