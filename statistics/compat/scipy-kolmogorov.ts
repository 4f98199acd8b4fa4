import { logGamma } from '../gamma.ts'
import { kolmogorovSmirnovFiniteP } from '../kolmogorov-smirnov.ts'
import { latticePathSf } from '../lattice-paths.ts'
import type { Alternative } from '../mann-whitney.ts'
import { finiteSample } from './scipy-samples.ts'

export interface KstestResult {
  readonly statistic: number
  readonly pvalue: number
  readonly statistic_location: number
  readonly statistic_sign: 1 | -1
}

/** `auto` is exact up to so many values on the larger side. */
const mostExact = 10_000
const largestInt32 = 2 ** 31 - 1

/**
 * `scipy.stats.ks_2samp`. Its exact p-value is that of values without ties, whatever the values are; its "asymptotic"
 * one takes the one-sample law of round(nm / (n + m)) values, and one-sided Hodges' approximation (1957). Where
 * (n + m choose n) overflows a double the one-sided exact value falls back on it. Throws RangeError for an empty side
 * or a value that is not finite.
 */
export function ks2samp(
  data1: ArrayLike<number>,
  data2: ArrayLike<number>,
  {
    alternative = 'two-sided',
    method = 'auto',
  }: { alternative?: Alternative; method?: 'auto' | 'exact' | 'asymp' } = {},
): KstestResult {
  const [x, y] = [finiteSample(data1, 1), finiteSample(data2, 1)]
  const { least, most } = extremes(x, y)
  const below = alternative === 'less' || (alternative === 'two-sided' && least.gap > most.gap)
  const at = below ? least : most
  const [n, m] = [x.length, y.length]
  const wanted = method === 'auto' ? Math.max(n, m) <= mostExact : method === 'exact'
  const exact = wanted ? exactP(at.gap, n, m, alternative) : null
  return {
    statistic: exact?.statistic ?? at.gap,
    pvalue: exact?.p ?? asymptoticP(exact?.statistic ?? at.gap, n, m, alternative),
    statistic_location: at.location,
    statistic_sign: below ? -1 : 1,
  }
}

/** Largest gaps F1 - F2 below and above zero, at the first of all values, side by side, that reaches it. */
function extremes(x: Float64Array, y: Float64Array) {
  const least = { gap: Number.POSITIVE_INFINITY, location: 0 }
  const most = { gap: Number.NEGATIVE_INFINITY, location: 0 }
  for (const side of [x, y]) {
    let [i, j] = [0, 0]
    for (const value of side) {
      while (i < x.length && (x[i] as number) <= value) i++
      while (j < y.length && (y[j] as number) <= value) j++
      const gap = i / x.length - j / y.length
      if (gap < least.gap) Object.assign(least, { gap, location: value })
      if (gap > most.gap) Object.assign(most, { gap, location: value })
    }
  }
  least.gap = Math.min(1, Math.max(0, -least.gap))
  return { least, most }
}

/** `p` is null where scipy gives the exact law up; the statistic is then still the rounded one. */
function exactP(distance: number, n: number, m: number, alternative: Alternative) {
  const divisor = greatestDivisor(n, m)
  if (n / divisor >= largestInt32 / (m / divisor)) return null
  const common = (n / divisor) * m
  const steps = halfToEven(distance * common)
  const statistic = steps / common
  if (steps === 0) return { statistic, p: 1 }
  const gap = steps * divisor
  if (alternative === 'two-sided') return { statistic, p: latticePathSf(gap, n, m) }
  if (n === m) {
    let p = 1
    for (let j = 0; j < steps; j++) p *= (n - j) / (n + j + 1)
    return { statistic, p }
  }
  const logPaths = logGamma(n + m + 1) - logGamma(n + 1) - logGamma(m + 1)
  const overflows = logPaths > Math.log(Number.MAX_VALUE)
  return { statistic, p: overflows ? null : oneSidedSf(gap, n, m) }
}

/** P(max (i m - j n) >= gap) over all orders of n and m rows; the paths that get there are summed. O(nm). */
function oneSidedSf(gap: number, n: number, m: number): number {
  // Of the paths that never got there: the probability of i rows of one side and j of the other, row i by row i.
  let row = new Float64Array(m + 1)
  let reached = 0
  for (let i = 0; i <= n; i++) {
    const next = new Float64Array(m + 1)
    for (let j = 0; j <= m; j++) {
      const rows = n + m - i - j + 1
      const fromRow = i === 0 ? 0 : ((row[j] as number) * (n - i + 1)) / rows
      const fromColumn = j === 0 ? 0 : ((next[j - 1] as number) * (m - j + 1)) / rows
      const here = i + j === 0 ? 1 : fromRow + fromColumn
      if (i * m - j * n >= gap) reached += here
      else next[j] = here
    }
    row = next
  }
  return Math.min(1, reached)
}

function asymptoticP(distance: number, n: number, m: number, alternative: Alternative): number {
  if (alternative === 'two-sided') return kolmogorovSmirnovFiniteP(distance, n, m)
  const [large, small] = [Math.max(n, m), Math.min(n, m)]
  const z = Math.sqrt((large * small) / (large + small)) * distance
  const correction = (2 * z * (large + 2 * small)) / Math.sqrt(large * small * (large + small)) / 3
  return Math.min(1, Math.exp(-2 * z * z - correction))
}

function halfToEven(x: number): number {
  const floor = Math.floor(x)
  if (x - floor !== 0.5) return Math.round(x)
  return floor % 2 === 0 ? floor : floor + 1
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))
