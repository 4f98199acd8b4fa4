/** How far the gain of one model over another on the same rows may be from what the rows show. */
export interface PairedLaw {
  readonly method: PairedMethod
  /** What the second model gains over the first in the unit of the metric; positive: it is better. */
  readonly gain: number
  /** Standard error of the gain. */
  readonly error: number
  readonly rows: number
  /** One-sided p-value that the true gain is at most `than` (side 1) or at least `than` (side -1). */
  tail(than: number, side: 1 | -1): number
  /** Two-sided: of a value outside one of the tails is at most (1 - level) / 2. */
  interval(level: number): readonly [low: number, high: number]
}

/**
 * `delong` areas under the curve, `mcnemar` shares of right answers; of losses `bootstrap` where rows are few enough to be
 * drawn again, beside a t corrected for skewness, and `t` that alone otherwise.
 */
export type PairedMethod = 'delong' | 'mcnemar' | 'bootstrap' | 't'

/** By how much standard errors are taken larger: what a hundred skewed rows take away stays within the promise. */
export const wider = 1.02

/** Two-sided p-value of no difference. */
export const twoSidedP = (law: Pick<PairedLaw, 'tail'>): number =>
  Math.min(1, 2 * Math.min(law.tail(0, 1), law.tail(0, -1)))

/** z of what is found in four of five cases. */
const zOfPower = 0.8416212335729143

/**
 * The smallest true gain with which so many rows would have shown more than `least` with a chance of 80 %, from the error
 * that they have here: the lower end of the interval has to pass. Of a loss the same, turned round.
 */
export function smallestShown(law: PairedLaw, least: number, level: number): number {
  const reach = Math.max(law.gain - law.interval(level)[0], 0)
  return least + reach + zOfPower * law.error
}
