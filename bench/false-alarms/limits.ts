import { logGamma } from '../../statistics/gamma.ts'

/** The levels whose rejection rates are looked at. */
export const levels = [0.05, 0.001, 0.0001] as const

/** What a count of rejections is held against. */
export interface Limits {
  readonly low: number
  readonly high: number
}

/** The share of an error that one of so many comparisons may have, for all of them to hold together (Šidák 1967). */
export const shareOf = (error: number, comparisons: number): number =>
  -Math.expm1(Math.log1p(-error) / comparisons)

/**
 * The counts of a binomial variable that both tails leave out with at most half of `error`: X < low and X > high
 * each have at most that probability, exactly, not by a normal limit.
 */
export function binomialLimits(trials: number, rate: number, error: number): Limits {
  const mode = Math.floor(trials * rate)
  let low = mode
  let mass = tail(trials, rate, low - 1, -1)
  while (low > 0 && mass > error / 2) mass -= density(trials, rate, --low)
  let high = mode
  let above = tail(trials, rate, high + 1, 1)
  while (high < trials && above > error / 2) above -= density(trials, rate, ++high)
  return { low, high }
}

/** The sum of densities from k on, downwards or upwards, until they no longer count. */
function tail(trials: number, rate: number, k: number, step: 1 | -1): number {
  let sum = 0
  for (let at = k; at >= 0 && at <= trials; at += step) {
    const here = density(trials, rate, at)
    sum += here
    if (here < 1e-18) break
  }
  return sum
}

const density = (trials: number, rate: number, k: number): number =>
  Math.exp(
    logGamma(trials + 1) -
      logGamma(k + 1) -
      logGamma(trials - k + 1) +
      k * Math.log(rate) +
      (trials - k) * Math.log1p(-rate),
  )
