import { logHypergeometric } from './fisher.ts'

/**
 * Two-sided mid-p that k of n and l of m have the same rate, their sum given: the probability of the counts that lie
 * farther from what is expected than those observed, and half of that of the counts as far (Lancaster, Journal of the
 * American Statistical Association 56, 1961). Exact probabilities; the half makes up on average for the few values
 * that a count can take, so that a level is used and not only kept. Far out the normal limit is several times too
 * small where one side is much the larger: at 0.01 % and 6 expected hits it rejects five times as often. O(standard
 * deviation of the count).
 */
export function sameRateMidP(k: number, n: number, l: number, m: number): number {
  const hits = k + l
  const rows = n + m
  if (!(n > 0 && m > 0) || hits === 0 || hits === rows) return 1
  const mean = (hits * m) / rows
  const distance = Math.abs(l - mean)
  // As expected to the last row: nothing speaks for a change.
  if (distance <= rounding * Math.max(1, mean)) return 1
  const above = Math.ceil(mean + distance - rounding * Math.max(1, mean))
  const below = Math.floor(mean - distance + rounding * Math.max(1, mean))
  const counts: Counts = { n, m, hits }
  const least = Math.max(0, hits - n)
  const most = Math.min(m, hits)
  let p = 0
  if (above <= most) p += tail(above, most, counts, above === l || isAsFar(above, mean, distance))
  if (below >= least && below < above) {
    p += tail(below, least, counts, below === l || isAsFar(below, mean, distance))
  }
  return Math.min(1, p)
}

interface Counts {
  readonly n: number
  readonly m: number
  readonly hits: number
}

/** Of the mean: distances that differ by less are the same one. */
const rounding = 1e-12

const isAsFar = (at: number, mean: number, distance: number): boolean =>
  Math.abs(Math.abs(at - mean) - distance) <= rounding * Math.max(1, mean)

/** Sum of the probabilities from one count outwards to the last that is possible, the first one by half if asked. */
function tail(from: number, to: number, { n, m, hits }: Counts, half: boolean): number {
  const first = Math.exp(logHypergeometric(from, m, n, hits))
  let sum = half ? first / 2 : first
  let here = first
  const step = to >= from ? 1 : -1
  for (let x = from; x !== to && here > sum * 1e-18; x += step) {
    here *=
      step > 0
        ? ((m - x) * (hits - x)) / ((x + 1) * (n - hits + x + 1))
        : (x * (n - hits + x)) / ((m - x + 1) * (hits - x + 1))
    sum += here
  }
  return sum
}
