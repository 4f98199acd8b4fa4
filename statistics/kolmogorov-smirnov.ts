import { kolmogorovSf } from './special.ts'

/** Largest distance of two distribution functions given as counts over the same ordered cells, and where it is. */
export function kolmogorovSmirnov(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): { distance: number; cell: number; n: number; m: number; widest: number } {
  const n = total(reference)
  const m = total(current)
  let distance = 0
  let cell = 0
  let widest = 0
  let left = 0
  let right = 0
  for (let i = 0; i < reference.length; i++) {
    const a = (reference[i] as number) / n
    const b = (current[i] as number) / m
    left += a
    right += b
    if (Math.abs(left - right) > distance) {
      distance = Math.abs(left - right)
      cell = i
    }
    widest = Math.max(widest, a, b)
  }
  return { distance, cell, n, m, widest }
}

/**
 * Two-sample p-value by Kolmogorov's limit, Q(sqrt(nm / (n + m)) D) (Smirnov 1948). With ties or cells the
 * statistic can only be smaller than under a continuous law, so the value errs on the side of no alarm.
 */
export const kolmogorovSmirnovP = (distance: number, n: number, m: number): number =>
  kolmogorovSf(Math.sqrt((n * m) / (n + m)) * distance)

/**
 * How far an empirical distribution function of n values lies from the true one at most, with probability
 * 1 - alpha: sqrt(ln(2 / alpha) / (2 n)) (Dvoretzky, Kiefer, Wolfowitz; constant by Massart 1990).
 */
export const dkwMargin = (n: number, alpha: number): number =>
  Math.sqrt(Math.log(2 / alpha) / (2 * n))

function total(counts: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < counts.length; i++) sum += counts[i] as number
  return sum
}
