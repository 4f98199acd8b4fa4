import { sameRateMidP } from './mid-p.ts'
import { normalQuantile } from './special.ts'

/**
 * Two-sided p-value that k of n and l of m have the same rate: the exact mid-p of the counts given their sum, see
 * `sameRateMidP`.
 */
export const sameRateP = sameRateMidP

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

function wilson(k: number, n: number, z: number): [number, number] {
  const p = k / n
  const centre = p + (z * z) / (2 * n)
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  const scale = 1 + (z * z) / n
  return [(centre - half) / scale, (centre + half) / scale]
}
