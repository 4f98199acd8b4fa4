import { mannWhitney } from './mann-whitney.ts'
import { orderedCells } from './ordered-cells.ts'
import { normalSf } from './special.ts'

/** Scores of two sides that were scored in the same way. */
export interface Stratum {
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
}

export interface StratifiedRanks {
  /** Distance of the pairs won by y from what chance gives, in standard deviations, tie-corrected. */
  readonly z: number
  /** P-value that y is not larger, and that neither is. */
  readonly pLarger: number
  readonly pEither: number
}

/**
 * Mann-Whitney test over several strata: the pairs that y wins, ties half, are summed over strata; each stratum's
 * number is held against its own exact mean and tie-corrected variance (van Elteren, Bulletin of the International
 * Statistical Institute 37, 1960). The law is normal with a continuity correction, which far out errs on the side
 * of no alarm: the exact law ends where every pair is won. Without any pair z is 0 and p is 1.
 */
export function stratifiedRanks(strata: readonly Stratum[]): StratifiedRanks {
  let surplus = 0
  let variance = 0
  for (const { x, y } of strata) {
    if (x.length === 0 || y.length === 0) continue
    const { reference, current } = orderedCells(x, y)
    const ranks = mannWhitney(reference, current)
    surplus += (ranks.n * ranks.m) / 2 - ranks.u
    variance += ranks.variance
  }
  if (!(variance > 0)) return { z: 0, pLarger: 1, pEither: 1 }
  const sd = Math.sqrt(variance)
  return {
    z: surplus / sd,
    pLarger: normalSf((surplus - 0.5) / sd),
    pEither: Math.min(1, 2 * normalSf((Math.abs(surplus) - 0.5) / sd)),
  }
}

/**
 * The smallest `pLarger` that `strata` strata of `x` and `y` rows each can give: y wins every pair, without ties. The
 * numbers need not be whole.
 */
export function smallestRanksP(x: number, y: number, strata = 1): number {
  const pairs = x * y
  const sd = Math.sqrt((strata * pairs * (x + y + 1)) / 12)
  return normalSf(((strata * pairs) / 2 - 0.5) / sd)
}
