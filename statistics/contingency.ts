import { chiSquareSf, logGamma, normalQuantile, normalSf } from './special.ts'

/** Pearson's chi-square of an R x C table of counts; rows and columns without any count are left out. */
export function chiSquareTest(table: readonly ArrayLike<number>[]): {
  statistic: number
  degrees: number
  p: number
  n: number
} {
  const width = table[0]?.length ?? 0
  const rows = table.map((row) => Array.from(row).reduce((sum, count) => sum + count, 0))
  const columns = Array.from({ length: width }, (_, j) =>
    table.reduce((sum, row) => sum + (row[j] as number), 0),
  )
  const n = rows.reduce((sum, count) => sum + count, 0)
  const degrees =
    (rows.filter((count) => count > 0).length - 1) *
    (columns.filter((count) => count > 0).length - 1)
  if (degrees < 1) return { statistic: 0, degrees: 0, p: 1, n }
  let statistic = 0
  for (const [i, row] of table.entries()) {
    for (let j = 0; j < width; j++) {
      const expected = ((rows[i] as number) * (columns[j] as number)) / n
      if (expected > 0) statistic += ((row[j] as number) - expected) ** 2 / expected
    }
  }
  return { statistic, degrees, p: chiSquareSf(statistic, degrees), n }
}

/** Cramér's V of an R x C table, plain and bias-corrected (Bergsma 2013). */
export function cramersV(
  statistic: number,
  n: number,
  r: number,
  c: number,
): { plain: number; corrected: number } {
  const phi = statistic / n
  const correctedPhi = Math.max(0, phi - ((r - 1) * (c - 1)) / (n - 1))
  const correctedR = r - (r - 1) ** 2 / (n - 1)
  const correctedC = c - (c - 1) ** 2 / (n - 1)
  return {
    plain: Math.sqrt(phi / Math.min(r - 1, c - 1)),
    corrected: Math.sqrt(correctedPhi / Math.min(correctedR - 1, correctedC - 1)),
  }
}

/**
 * Two-sided p-value that k of n and l of m have the same rate: the pooled normal test where all four expected
 * counts are at least 5, else Fisher's exact test (the sum over tables that are not more probable).
 */
export function sameRateP(k: number, n: number, l: number, m: number): number {
  const pooled = (k + l) / (n + m)
  if (pooled === 0 || pooled === 1) return 1
  const least = Math.min(n, m) * Math.min(pooled, 1 - pooled)
  if (least < 5) return fisherExact(k, n, l, m)
  const z = (k / n - l / m) / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
  return Math.min(1, 2 * normalSf(Math.abs(z)))
}

/** Fisher's exact test of a 2 x 2 table with rows (k, n - k) and (l, m - l), two-sided. */
export function fisherExact(k: number, n: number, l: number, m: number): number {
  const successes = k + l
  const logChoose = (a: number, b: number) =>
    logGamma(a + 1) - logGamma(b + 1) - logGamma(a - b + 1)
  const whole = logChoose(n + m, successes)
  const logP = (i: number) => logChoose(n, i) + logChoose(m, successes - i) - whole
  const observed = logP(k)
  let p = 0
  for (let i = Math.max(0, successes - m); i <= Math.min(n, successes); i++) {
    // Tables of the same probability differ in the last digits only.
    if (logP(i) <= observed + 1e-7) p += Math.exp(logP(i))
  }
  return Math.min(1, p)
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

function wilson(k: number, n: number, z: number): [number, number] {
  const p = k / n
  const centre = p + (z * z) / (2 * n)
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  const scale = 1 + (z * z) / n
  return [(centre - half) / scale, (centre + half) / scale]
}
