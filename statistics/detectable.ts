import { type Dispersion, predictionP } from './dispersion.ts'
import { noncentralityAt, noncentralSf } from './noncentral.ts'
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

/** The smallest effect that raises an alarm with a chance of 80 %: z of that chance. */
const power = 0.8
const zOfPower = 0.8416212335729143

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
      upperBound(degrees, size * minimumEffect ** 2),
    )
    // A statistic that varies φ times as much is φ times a noncentral one.
    const noncentrality = noncentralityAt(least / dispersion, degrees, power)
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
    if (Math.abs(here) < 5e-3) return -Math.exp(middle)
    if (here < 0) [low, below] = [middle, here]
    else [high, above] = [middle, here]
  }
  return -Math.exp(high)
}

/** x with ln P(X >= x) = `log` of a chi-square variable; on the square root of x, which is nearly normal. */
function chiSquareAt(log: number, degrees: number): number {
  return rootAt((root) => logChiSquareSf(root * root, degrees) - log, Math.sqrt(degrees)) ** 2
}

/** x with P(X >= x) = 0.025 of a noncentral chi-square variable; above 2,000 by its normal limit. */
function upperBound(degrees: number, noncentrality: number): number {
  if (noncentrality === 0) return chiSquareAt(Math.log(0.025), degrees)
  if (noncentrality > 2_000) {
    return degrees + noncentrality + 1.96 * Math.sqrt(2 * (degrees + 2 * noncentrality))
  }
  const start = Math.sqrt(degrees + noncentrality)
  return rootAt((root) => noncentralSf(root * root, degrees, noncentrality) - 0.025, start) ** 2
}

/** Where a falling function is 0, upwards of `start` or below it, by the secant rule within a bracket. */
function rootAt(f: (x: number) => number, start: number): number {
  let low = 0
  let high = start + 1
  while (f(high) > 0) {
    low = high
    high = high * 1.5 + 1
  }
  let [atLow, atHigh] = [f(low), f(high)]
  let x = high
  for (let i = 0; i < 100; i++) {
    const next = high - (atHigh * (high - low)) / (atHigh - atLow)
    const value = f(next)
    if (Math.abs(next - x) < 1e-9 * next || value === 0) return next
    x = next
    if (value > 0) {
      ;[low, atLow] = [next, value]
      atHigh /= 2
    } else {
      ;[high, atHigh] = [next, value]
      atLow /= 2
    }
  }
  return x
}
