import { type Dispersion, predictionP } from './dispersion.ts'
import { noncentralAtScore, noncentralityAtScore } from './noncentral-score.ts'
import { logChiSquareSf, normalAtLog } from './special.ts'

/** How an effect that is a gap, a root of a mean square or a difference is estimated. */
export interface GapLaw {
  /** Without any change a distance of x has the p-value `factor` x P(|Z| >= x / `chance`), Z standard normal. */
  readonly chance: number
  readonly factor: number
  /** Standard deviation of the distance where there is a change, at most. */
  readonly error: number
  /** By how much the effect's certain lower bound lies below the distance. */
  readonly margin: number
  /** What chance alone adds to the square of the distance. */
  readonly bias?: number
  /** The largest effect there can be. */
  readonly most?: number
}

/** How an effect is estimated that is the root of (noncentrality of a chi-square variable / `size`). */
export interface NoncentralLaw {
  readonly degrees: number
  readonly size: number
}

export type EffectLaw = GapLaw | NoncentralLaw

export interface DetectableOptions {
  /** Natural logarithm of the p-value, by sampling alone, that an alarm needs. */
  readonly logLevel: number
  /** An alarm needs an effect whose lower 97.5 % bound is above this, too. */
  readonly minimumEffect: number
  /** How many times more windows vary than independent rows would; the effective n is n divided by it. */
  readonly dispersion?: number
}

/** z of the 80 % of windows that raise an alarm, and of the certain lower bound, 97.5 %. */
const zOfPower = 0.8416212335729143
const zOfBound = 1.959963984540054

/**
 * The smallest effect that raises an alarm with a chance of 80 %: both its p-value and its lower bound have to pass.
 * The distance that passes both is known, and the effect has to lie above it by what the estimate errs in one of
 * five windows. What the law says of errors is an upper limit, so the chance is rather larger. Throws RangeError.
 */
export function detectableEffect(
  law: EffectLaw,
  { logLevel, minimumEffect, dispersion = 1 }: DetectableOptions,
): number {
  if (!(logLevel <= 0) || !(dispersion > 0)) throw new RangeError('a level and a dispersion')
  if ('degrees' in law) {
    const { degrees, size } = law
    const least = Math.max(
      chiSquareAt(logLevel, degrees),
      noncentralAtScore(zOfBound, degrees, size * minimumEffect ** 2),
    )
    // A statistic that varies φ times as much is φ times a noncentral one.
    const noncentrality = noncentralityAtScore(least / dispersion, degrees, -zOfPower)
    return Math.min(1, Math.sqrt((dispersion * noncentrality) / size))
  }
  const { chance, factor, error, margin, bias = 0, most = Number.POSITIVE_INFINITY } = law
  const log = logLevel - Math.log(2 * factor)
  const z = log < -Math.LN2 ? normalAtLog(log) : 0
  const least = Math.max(z * chance, minimumEffect + margin)
  const distance = least + zOfPower * error * Math.sqrt(dispersion)
  return Math.min(most, Math.sqrt(Math.max(0, distance * distance - bias)))
}

/**
 * Natural logarithm of the sampling p-value whose prediction is just the level: what an alarm needs where windows
 * vary by more than sampling explains. See `predictionP`.
 */
export function samplingLogLevel(level: number, dispersion: Dispersion | null, floor = 1): number {
  const target = Math.log(level)
  if (dispersion === null) return target * Math.max(1, floor)
  const log = (x: number) => Math.log(Math.max(predictionP(x, dispersion, floor), 1e-320))
  // Both sides as logarithms of logarithms, where they are nearly proportional.
  const miss = (u: number) => Math.log(-log(-Math.exp(u)) / -target)
  let low = Math.log(-target)
  let high = low + Math.log(Math.max(1, floor, dispersion.factor)) + 0.1
  let below = miss(low)
  if (below >= 0) return target
  let above = miss(high)
  while (above < 0 && high < 40) {
    ;[low, below] = [high, above]
    high += 0.7
    above = miss(high)
  }
  for (let i = 0; i < 6 && high - low > 1e-4; i++) {
    const middle = Math.min(high, Math.max(low, low - (below * (high - low)) / (above - below)))
    const here = miss(middle)
    if (Math.abs(here) < 1e-2) return -Math.exp(middle)
    if (here < 0) [low, below] = [middle, here]
    else [high, above] = [middle, here]
  }
  return -Math.exp(high)
}

/** x with ln P(X >= x) = `log` of a chi-square variable: Wilson and Hilferty's (1931), then secant steps. */
function chiSquareAt(log: number, degrees: number): number {
  if (log >= -Math.LN2) return degrees
  const third = 2 / (9 * degrees)
  let x = degrees * (1 - third + normalAtLog(log) * Math.sqrt(third)) ** 3
  let miss = logChiSquareSf(x, degrees) - log
  // The logarithm of the tail falls by a half per unit, far out.
  let [before, missed] = [x, miss]
  x = Math.max(x / 2, x + 2 * miss)
  for (let i = 0; i < 12 && x !== before; i++) {
    miss = logChiSquareSf(x, degrees) - log
    if (Math.abs(miss) < 1e-6 * -log || miss === missed) break
    const next = x - (miss * (x - before)) / (miss - missed)
    ;[before, missed] = [x, miss]
    x = Math.max(x / 2, next)
  }
  return x
}
