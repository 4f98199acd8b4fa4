import { logHypergeometricTail, logOfEither } from './hypergeometric.ts'
import { normalQuantile } from './special.ts'
import { wilson } from './wilson.ts'

/** Two-sided p-value that k of n and l of m have the same rate: see `logSameRateP`. */
export const sameRateP = (k: number, n: number, l: number, m: number): number =>
  Math.exp(logSameRateP(k, n, l, m))

/**
 * ln of the two-sided p-value that k of n and l of m have the same rate, exact: all hits dealt out over all rows, how
 * often do the two rates lie at least as far apart? This is the permutation test of the difference in full, and so
 * that of the pooled z too, and never anti-conservative. The normal law of z is: 29 times at 0.01 %, of a rate of 1 %
 * and 500 rows against 50. Time grows with the standard deviation of the hits of one side. Throws RangeError where n or m is 0.
 */
export function logSameRateP(k: number, n: number, l: number, m: number): number {
  if (!(n > 0 && m > 0)) throw new RangeError('each side needs at least one row')
  const sample = { n, m, hits: k + l }
  const rows = n + m
  // In whole numbers, that ties are ties: the first side's hits lie (X rows - hits n) / rows from their mean.
  const [share, distance] = [sample.hits * n, Math.abs(k * rows - sample.hits * n)]
  if (distance === 0) return 0
  let above = Math.ceil((share + distance) / rows)
  while ((above - 1) * rows - share >= distance) above--
  while (above * rows - share < distance) above++
  let below = Math.floor((share - distance) / rows)
  while (share - (below + 1) * rows >= distance) below++
  while (share - below * rows < distance) below--
  return logOfEither(
    logHypergeometricTail(above, 1, sample),
    logHypergeometricTail(below, -1, sample),
  )
}

/** Interval of the difference l/m - k/n by Newcombe's hybrid score (Statistics in Medicine 17, 1998, method 10). */
export function rateDifferenceInterval(
  k: number,
  n: number,
  l: number,
  m: number,
  level = 0.95,
): [number, number] {
  const z = normalQuantile((1 + level) / 2)
  const [lowK, highK] = wilson(k, n, z)
  const [lowL, highL] = wilson(l, m, z)
  const difference = l / m - k / n
  return [
    difference - Math.hypot(l / m - lowL, highK - k / n),
    difference + Math.hypot(highL - l / m, k / n - lowK),
  ]
}

/**
 * ln((l/m + floor) / (k/n + floor)) and its interval, as Newcombe's but on the logarithms (Zou and Donner, Statistics
 * in Medicine 27, 2008): a ratio of two rates that needs no rate to differ from 0.
 */
export function rateRatioInterval(
  k: number,
  n: number,
  l: number,
  m: number,
  floor: number,
  level = 0.95,
): { readonly ratio: number; readonly interval: [number, number] } {
  const z = normalQuantile((1 + level) / 2)
  const logs = (hits: number, rows: number) =>
    [hits / rows, ...wilson(hits, rows, z)].map((rate) => Math.log(Math.max(0, rate) + floor))
  const [before, lowK, highK] = logs(k, n) as [number, number, number]
  const [now, lowL, highL] = logs(l, m) as [number, number, number]
  const ratio = now - before
  return {
    ratio,
    interval: [
      ratio - Math.hypot(now - lowL, highK - before),
      ratio + Math.hypot(highL - now, before - lowK),
    ],
  }
}
