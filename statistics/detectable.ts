import { chiAt, chiSquareAt } from './chi-square-at.ts'
import { detectableRate, type RateLaw, zOfPower } from './detectable-rate.ts'
import { type Dispersion, excessOf, predictionP } from './dispersion.ts'
import { noncentralAtScore, noncentralityAtScore } from './noncentral-score.ts'

/** How an effect that is a gap, a root of a mean square or a difference is estimated. */
export interface GapLaw {
  /** Without any change a distance of x has the p-value `factor` x P(χ >= x / `chance`), χ of so many degrees, 1 unless told. */
  readonly chance: number
  readonly factor: number
  readonly degrees?: number
  /** Standard deviation of the distance where there is a change, at most. */
  readonly error: number
  /** By how much the effect's certain lower bound lies below the distance. */
  readonly margin: number
  /** What chance alone adds to the square of the distance. */
  readonly bias?: number
  /** The largest effect there can be. */
  readonly most?: number
}

/** How an effect is estimated that is a power of (noncentrality of a chi-square variable / `size`). */
export interface NoncentralLaw {
  readonly degrees: number
  readonly size: number
  /** 1/2 unless told. */
  readonly power?: number
  /** The effect's certain lower bound by the delta method, with about 4 x + 2 degrees as the variance of x; absent: by this law. */
  readonly bound?: 'delta'
  /** The largest effect there can be; 1 unless told. */
  readonly most?: number
}

export type EffectLaw = GapLaw | NoncentralLaw | RateLaw

export interface DetectableOptions {
  /** Natural logarithm of the p-value, by sampling alone, that an alarm needs. */
  readonly logLevel: number
  /** An alarm needs an effect whose lower 97.5 % bound is above this, too. */
  readonly minimumEffect: number
  /** How many times more windows vary than independent rows would; the effective n is n divided by it. */
  readonly dispersion?: number
}

/** z of the certain lower bound, 97.5 %. */
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
  if ('floor' in law) return detectableRate(law, { logLevel, minimumEffect, dispersion })
  if ('size' in law) {
    const { degrees, size, power = 0.5, bound, most = 1 } = law
    const least = Math.max(
      chiSquareAt(logLevel, degrees),
      bound === 'delta'
        ? deltaAt(size * minimumEffect ** (1 / power), degrees)
        : noncentralAtScore(zOfBound, degrees, size * minimumEffect ** (1 / power)),
    )
    // A statistic that varies φ times as much is φ times a noncentral one.
    const noncentrality = noncentralityAtScore(least / dispersion, degrees, -zOfPower)
    return Math.min(most, ((dispersion * noncentrality) / size) ** power)
  }
  const { degrees = 1, error, margin, bias = 0, most = Number.POSITIVE_INFINITY } = law
  const least = Math.max(
    law.chance * chiAt(logLevel - Math.log(law.factor), degrees),
    minimumEffect + margin,
  )
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
  // Both sides as logarithms of logarithms, where they are nearly proportional.
  const miss = (u: number) => {
    const p = Math.max(predictionP(-Math.exp(u), dispersion, floor), 1e-320)
    // Of a certain window (p = 1) the logarithm has none of its own.
    return Math.log(Math.min(-1e-9, Math.log(p)) / target)
  }
  // Of one direction that varies so much more than all others that only it counts: an F law, in closed form.
  const { own, effective } = dispersion
  const base = Math.max(1, floor)
  const scale = ((own * base + excessOf(dispersion, base)) * effective) / 2
  let u = Math.log(Math.max(-target, scale * Math.expm1(Math.min(700, (-2 * target) / effective))))
  let here = miss(u)
  let [before, missed] = [u, here]
  u = Math.max(Math.log(-target), u - here)
  for (let i = 0; i < 20 && u !== before; i++) {
    here = miss(u)
    if (Math.abs(here) < 1e-2 || here === missed) break
    const next = u - (here * (u - before)) / (here - missed)
    ;[before, missed] = [u, here]
    u = Math.min(u + 1, Math.max(u - 1, Math.log(-target), next))
  }
  return -Math.exp(Math.abs(here) < 0.05 ? u : bisected(miss, Math.log(-target)))
}

/** Where `miss`, which rises and is at most 0 at first, turns positive. */
function bisected(miss: (u: number) => number, first: number): number {
  let [low, high] = [first, first + 1]
  while (miss(high) < 0 && high < 60) [low, high] = [high, high + 1]
  while (high - low > 1e-3) {
    const middle = (low + high) / 2
    if (miss(middle) < 0) low = middle
    else high = middle
  }
  return high
}

/** x with x - degrees - 1.96 sqrt(4 x + 2 degrees) = `least`. */
function deltaAt(least: number, degrees: number): number {
  const root = zOfBound + Math.sqrt(zOfBound ** 2 + least + 1.5 * degrees)
  return root ** 2 - degrees / 2
}
