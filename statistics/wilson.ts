import { normalQuantile } from './special.ts'

/** Wilson's score interval of a rate (JASA 22, 1927), z standard errors on either side. */
export function wilson(k: number, n: number, z: number): [number, number] {
  const p = k / n
  const centre = p + (z * z) / (2 * n)
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  const scale = 1 + (z * z) / n
  return [(centre - half) / scale, (centre + half) / scale]
}

/**
 * Interval of the rate k/n: Wilson's with both ends a quarter of a row farther out. Counts are whole, so that Wilson's
 * own 95 % hold only 92.8 % of some rates of 100 rows; with the quarter it is 94.3 to 97.9 % for every rate of at least
 * 5 expected rows, from 100 rows on (test/statistics/intervals). Throws a RangeError where n is 0.
 */
export function rateInterval(k: number, n: number, level = 0.95): [number, number] {
  if (!(n > 0)) throw new RangeError('a rate needs at least one row')
  const [low, high] = wilson(k, n, normalQuantile((1 + level) / 2))
  return [Math.max(0, low - 0.25 / n), Math.min(1, high + 0.25 / n)]
}
