import { kolmogorovFiniteSf } from './kolmogorov-finite.ts'
import { latticePathSf } from './lattice-paths.ts'
import { kolmogorovSf } from './special.ts'
import { total } from './total.ts'

/** What two samples over the same ordered cells give. */
export interface KolmogorovSmirnov {
  /** max |F - G|, 0 to 1. */
  readonly distance: number
  /** The first cell behind which the maximum is reached. */
  readonly cell: number
  /** 1 where the reference lies above there (its values are smaller) or nothing differs, else -1. */
  readonly sign: 1 | -1
  readonly n: number
  readonly m: number
  /** Largest share of one cell on one side: the distance of the raw values lies at most this much higher. */
  readonly widest: number
  /** distance x n x m, a whole number. */
  readonly gap: number
}

/** Largest distance of two distribution functions given as counts over the same ordered cells, and where it is. */
export function kolmogorovSmirnov(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): KolmogorovSmirnov {
  const n = total(reference)
  const m = total(current)
  let above = 0
  let below = 0
  let aboveCell = 0
  let belowCell = 0
  let mostBefore = 0
  let mostNow = 0
  let difference = 0
  for (let i = 0; i < reference.length; i++) {
    const a = reference[i] as number
    const b = current[i] as number
    difference += a * m - b * n
    if (difference > above) {
      above = difference
      aboveCell = i
    } else if (difference < below) {
      below = difference
      belowCell = i
    }
    if (a > mostBefore) mostBefore = a
    if (b > mostNow) mostNow = b
  }
  const sign = above >= -below ? 1 : -1
  const gap = Math.max(above, -below)
  const cell = sign === 1 ? aboveCell : belowCell
  const widest = Math.max(0, mostBefore / n, mostNow / m)
  return { distance: gap === 0 ? 0 : gap / (n * m), cell, sign, n, m, widest, gap }
}

/**
 * Two-sample p-value by Kolmogorov's limit, Q(sqrt(nm / (n + m)) D) (Smirnov 1948). With ties or cells the
 * statistic can only be smaller than under a continuous law, so the value errs on the side of no alarm.
 */
export const kolmogorovSmirnovP = (distance: number, n: number, m: number): number =>
  kolmogorovSf(Math.sqrt((n * m) / (n + m)) * distance)

/** Exact two-sample p-value of values without ties, for whole numbers n and m: the share of lattice paths. */
export const kolmogorovSmirnovExactP = (distance: number, n: number, m: number): number =>
  latticePathSf(Math.round(distance * n * m), n, m)

/**
 * The two-sample p-value that scipy calls asymptotic: the one-sample law of round(nm / (n + m)) values (a half
 * goes to the even number).
 */
export function kolmogorovSmirnovFiniteP(distance: number, n: number, m: number): number {
  const size = (n * m) / (n + m)
  const floor = Math.floor(size)
  const up = size - floor > 0.5 || (size - floor === 0.5 && floor % 2 === 1)
  return kolmogorovFiniteSf(distance, Math.max(1, up ? floor + 1 : floor))
}

/**
 * How far an empirical distribution function of n values lies from the true one at most, with probability
 * 1 - alpha: sqrt(ln(2 / alpha) / (2 n)) (Dvoretzky, Kiefer, Wolfowitz; constant by Massart 1990).
 */
export const dkwMargin = (n: number, alpha: number): number =>
  Math.sqrt(Math.log(2 / alpha) / (2 * n))
