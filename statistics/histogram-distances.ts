import { total } from './total.ts'

type Counts = ArrayLike<number>

/** Shares of counts; all zero when there are none. */
export function shares(counts: Counts): Float64Array {
  const result = Float64Array.from(counts)
  const sum = total(result)
  return sum === 0 ? result : result.map((count) => count / sum)
}

/** Σ over cells of the shares of both sides. */
function sumOver(left: Counts, right: Counts, term: (p: number, q: number) => number): number {
  const p = shares(left)
  const q = shares(right)
  let sum = 0
  for (let i = 0; i < p.length; i++) sum += term(p[i] as number, q[i] as number)
  return sum
}

/** Jensen-Shannon divergence in nats, 0 to ln 2: mean Kullback-Leibler divergence from the middle (Lin 1991). */
export const jensenShannonNats = (left: Counts, right: Counts): number =>
  Math.max(
    0,
    sumOver(left, right, (p, q) => (towardsMiddle(p, q) + towardsMiddle(q, p)) / 2),
  )

/** p ln(2p / (p + q)) in a form that keeps its digits where p and q are nearly equal. */
const towardsMiddle = (p: number, q: number): number =>
  p === 0 ? 0 : -p * Math.log1p((q - p) / (2 * p))

/** The same in bits, 0 to 1. */
export const jensenShannonBits = (left: Counts, right: Counts): number =>
  jensenShannonNats(left, right) / Math.LN2

/** Bhattacharyya coefficient Σ sqrt(p q), 1 for the same shares and 0 for nothing in common (Bhattacharyya 1943). */
export const bhattacharyyaCoefficient = (left: Counts, right: Counts): number =>
  sumOver(left, right, (p, q) => Math.sqrt(p * q))

/** Hellinger distance sqrt(Σ (sqrt p - sqrt q)² / 2), 0 to 1. */
export const hellinger = (left: Counts, right: Counts): number =>
  Math.sqrt(sumOver(left, right, (p, q) => (Math.sqrt(p) - Math.sqrt(q)) ** 2) / 2)

/** Half the sum of absolute differences of shares, 0 to 1. */
export const totalVariation = (left: Counts, right: Counts): number =>
  sumOver(left, right, (p, q) => Math.abs(p - q)) / 2

/** Largest absolute difference of one share, 0 to 1. */
export function largestDifference(left: Counts, right: Counts): number {
  let largest = 0
  sumOver(left, right, (p, q) => {
    largest = Math.max(largest, Math.abs(p - q))
    return 0
  })
  return largest
}

/** What stands in for an empty cell, which would make a ratio infinite. */
type Fill = { readonly share: number } | 'half a row'

/** Population stability index, Σ (q - p) ln(q / p). */
export const stabilityIndex = (
  reference: Counts,
  current: Counts,
  fill: Fill = 'half a row',
): number => ratios(reference, current, fill, (p, q) => (q - p) * Math.log(q / p))

/** Kullback-Leibler divergence of the reference from the window, Σ p ln(p / q), in nats; with a fill not always >= 0. */
export const kullbackLeibler = (
  reference: Counts,
  current: Counts,
  fill: Fill = 'half a row',
): number => ratios(reference, current, fill, (p, q) => p * Math.log(p / q))

/** Σ over cells with an empty side filled; filled shares are not made to sum to one again. */
function ratios(
  reference: Counts,
  current: Counts,
  fill: Fill,
  term: (p: number, q: number) => number,
): number {
  const rows = [total(reference), total(current)] as const
  const share = (count: number, n: number) =>
    count > 0 ? count / n : fill === 'half a row' ? 0.5 / n : fill.share
  let sum = 0
  for (let i = 0; i < reference.length; i++) {
    const a = reference[i] as number
    const b = current[i] as number
    if (a === 0 && b === 0 && fill === 'half a row') continue
    sum += term(share(a, rows[0]), share(b, rows[1]))
  }
  return sum
}
