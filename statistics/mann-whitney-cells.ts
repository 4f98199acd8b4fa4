import { besideHeavy, overCounts } from './heavy-counts.ts'
import { type MannWhitney, mannWhitneyP } from './mann-whitney.ts'
import { scoreSumSf } from './rank-sum-tail.ts'
import { normalSf } from './special.ts'
import { total } from './total.ts'

/** Above this the normal limit is left as it is. */
const near = 0.15

/**
 * Two-sided p-value of U from counts over ordered cells: the normal limit of `mannWhitneyP`, and each tail by a saddle
 * point where ties make U skewed. A feature that is 0 in 999 rows of a thousand, 10,000 rows against a million, is
 * rejected three times too often at 0.01 % by the limit alone.
 */
export function mannWhitneyCellsP(
  ranks: MannWhitney,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): number {
  const limit = mannWhitneyP(ranks)
  if (limit > near) return limit
  const { u, n, m } = ranks
  const rows = n + m
  const sizes = Float64Array.from(reference, (count, i) => count + (current[i] as number))
  let passed = 0
  // Rank of the middle of a cell, less the mean rank.
  const scores = sizes.map((size) => {
    passed += size
    return passed - size / 2 - rows / 2
  })
  const distance = Math.abs(u - (n * m) / 2) - 0.5
  const counted = heavyP(distance, scores, sizes, { n, m, limit })
  if (counted !== null) return counted
  const tail = (of: Float64Array) =>
    scoreSumSf(distance, { sizes, scores: of, rows, dealt: m }) ?? limit / 2
  return Math.min(1, Math.max(Number.MIN_VALUE, tail(scores) + tail(scores.map((score) => -score))))
}

/**
 * Where one value holds nearly all rows: the numbers of the others are summed over as they are, and given them the sum
 * of their scores is taken as normal. Null elsewhere. See `heavyGroupP`.
 */
function heavyP(
  distance: number,
  scores: Float64Array,
  sizes: Float64Array,
  { n, m, limit }: { readonly n: number; readonly m: number; readonly limit: number },
): number | null {
  const counts = besideHeavy(sizes, n, m)
  if (counts === null) return null
  const { at, below, above, drawn } = counts
  const low = moments(scores.subarray(0, at), sizes.subarray(0, at))
  const high = moments(scores.subarray(at + 1), sizes.subarray(at + 1))
  const middle = scores[at] as number
  let p = 0
  overCounts(counts, limit, (i, k, chance) => {
    const mean = i * low.mean + k * high.mean + (drawn - i - k) * middle
    const sd = Math.sqrt(spreadOf(i, below, low.variance) + spreadOf(k, above, high.variance))
    const [up, down] = [distance - mean, distance + mean]
    if (sd > 0) p += chance * (normalSf(up / sd) + normalSf(down / sd))
    else p += chance * ((up <= 0 ? 1 : 0) + (down <= 0 ? 1 : 0))
  })
  return Math.min(1, Math.max(Number.MIN_VALUE, p))
}

/** Variance of the sum of scores of `count` of `all` rows. */
const spreadOf = (count: number, all: number, variance: number): number =>
  all > 1 ? (count * (all - count) * variance) / (all - 1) : 0

function moments(scores: Float64Array, sizes: Float64Array) {
  const rows = total(sizes)
  let [sum, squares] = [0, 0]
  for (let i = 0; i < sizes.length; i++) {
    sum += (sizes[i] as number) * (scores[i] as number)
    squares += (sizes[i] as number) * (scores[i] as number) ** 2
  }
  const mean = rows > 0 ? sum / rows : 0
  return { mean, variance: rows > 0 ? Math.max(0, squares / rows - mean * mean) : 0 }
}
