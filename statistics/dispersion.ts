import { effectiveNumber } from './autocorrelation.ts'
import { chiSquareOfStrength } from './chi-square-strength.ts'
import { mean as meanOf, variance as varianceOf } from './mean-variance.ts'
import { gaussLegendre } from './quadrature.ts'
import { twoGammasSf } from './two-gammas.ts'

/**
 * How much more windows differ from the reference than sampling alone explains. The p-value of each window of the
 * history is turned into the chi-square statistic that it belongs to: one of so many degrees of freedom where nothing
 * but sampling varies.
 */
export interface Dispersion {
  /** Mean of the statistic over its degrees: 1 where sampling explains everything. */
  readonly factor: number
  /** Degrees of freedom of the statistic by sampling alone. */
  readonly degrees: number
  /** Variance of the statistic between windows. */
  readonly variance: number
  /** Share of the sampling noise that is the window's own, 0 to 1; the rest is the reference's and the same for all of them. */
  readonly own: number
  /** Windows of the history, and how many independent ones they are worth. */
  readonly windows: number
  readonly effective: number
}

/** Fewer effective windows than these say nothing; fewer than `establishedWindows` say it provisionally. */
export const leastWindows = 8
export const establishedWindows = 30

/** Degrees of freedom of -2 ln p itself (Fisher 1925): for a test of which nothing else is known. */
export const strengthDegrees = 2

export interface TestKind {
  /** Degrees of freedom of the statistic; 2 unless told, those of -2 ln p. */
  readonly degrees?: number | undefined
  /** What the test takes of the level beside smaller ones: p is its own divided by this, and 1 where that is more. */
  readonly share?: number | undefined
  /** Share of the sampling noise that is the window's own, see `Dispersion`; 1 unless told. */
  readonly own?: number | undefined
}

/**
 * Of -2 ln p of accepted windows in order of time, by a test of that kind; null below eight effective ones. Throws
 * RangeError.
 */
export function dispersionOf(
  strengths: ArrayLike<number>,
  { degrees = strengthDegrees, share = 1, own = 1 }: TestKind = {},
): Dispersion | null {
  // A p-value of 1 stands for all above the share: half of them lie below the middle.
  const capped = -2 * Math.log((1 + share) / 2)
  const offset = -2 * Math.log(share)
  // A loop, since `from` with a function is many times slower.
  const statistics = new Float64Array(strengths.length)
  for (let i = 0; i < statistics.length; i++) {
    const strength = strengths[i] as number
    statistics[i] = chiSquareOfStrength(strength === 0 ? capped : strength + offset, degrees)
  }
  const effective = effectiveNumber(statistics)
  if (!(effective >= leastWindows)) return null
  const mean = meanOf(statistics)
  if (!(mean >= 0) || !Number.isFinite(mean)) throw new RangeError('-2 ln p is at least 0')
  return {
    factor: mean / degrees,
    variance: varianceOf(statistics),
    degrees,
    own,
    windows: strengths.length,
    effective,
  }
}

/**
 * The statistic of a window, the reference given, where one direction varies by `excess` more than sampling: a squared
 * normal variable of variance `wide`, and a gamma variable of noise about the reference's own error, which has the rest
 * of the mean: with noise of variance v in d directions and a mean of m its variance is 2 v (2 m - d v).
 */
function lawOf({ factor, degrees, own }: Dispersion, excess: number, base = 1) {
  const noise = own * base
  const wide = noise + excess
  const mean = Math.max((degrees - 1) * noise, degrees * Math.max(factor, 0) - wide)
  const noisy = 2 * noise * (2 * mean - (degrees - 1) * noise)
  return {
    wide,
    mean,
    noisy,
    variance: 2 * wide ** 2 + noisy,
    fourth: 48 * wide ** 4 + (mean > 0 ? (6 * noisy ** 3) / mean ** 2 : 0),
  }
}

/** The variance of a dispersion whose one direction varies by `excess` more than sampling. */
export const varianceAt = (dispersion: Dispersion, excess: number): number =>
  lawOf(dispersion, excess).variance

/**
 * By how much one direction varies more than sampling, in units of the sampling variance, if all that windows vary beyond
 * sampling lies in it: of all laws with the mean and variance of the history the one with the heaviest tail.
 */
export function excessOf({ factor, variance, degrees, own }: Dispersion, base = 1): number {
  const noise = own * base
  const beyond = variance + 2 * degrees * noise * (noise - 2 * Math.max(noise, factor))
  return Math.sqrt(Math.max(0, beyond) / 2)
}

/**
 * ln of how well an excess agrees with the history, 0 at best. The variance tells it, as a gamma variable with the
 * kurtosis of the law. The mean only bounds it: it may be larger, where all directions vary, and smaller by the
 * reference's error. Both come from the same windows, so they count once.
 */
function agreement(dispersion: Dispersion, excess: number, base: number): number {
  const { factor, variance, degrees, own, effective } = dispersion
  const law = lawOf(dispersion, excess, base)
  const ofVariance =
    miss(variance / law.variance) * (effective / (law.fourth / law.variance ** 2 + 2))
  const mean = degrees * base + excess
  const ratio = (degrees * factor) / mean
  if (ratio >= 1) return ofVariance
  const error = law.variance / effective + 2 * degrees * ((1 - own) * base) ** 2
  return Math.min(ofVariance, miss(ratio) * (mean ** 2 / error))
}

/** Of a gamma variable of shape 1 that is `ratio` times its mean: ln of its likelihood over the largest. */
const miss = (ratio: number): number => 1 - ratio + Math.log(Math.max(ratio, 1e-300))

const nodes = gaussLegendre(64)

/** Excesses that agree less than this do not count. */
const least = -32

/**
 * Chance that the next window without change lies as far out as `logP` (natural logarithm of its sampling p-value). Its
 * statistic is a sum of squares, one of which varies by more than sampling; how much more is estimated from so many
 * windows, so the chance is averaged over what they leave open, its standard deviation
 * taken as uniform beforehand (Gelman, Bayesian Analysis 1, 2006). Never below exp(logP). `floor` is a declared design effect.
 */
export function predictionP(logP: number, dispersion: Dispersion | null, floor = 1): number {
  const base = Math.max(1, floor)
  const bySampling = Math.exp(logP / base)
  if (dispersion === null || logP >= 0) return bySampling
  const { degrees, own, effective } = dispersion
  const x = chiSquareOfStrength(-2 * logP, degrees)
  const noise = own * base
  const excessAt = (u: number) => noise * Math.expm1(u)
  const agrees = (u: number) => agreement(dispersion, excessAt(u), base)
  const centre = Math.log1p(excessOf(dispersion, base) / noise)
  const top = agrees(centre)
  const edge = (towards: number) => {
    let [inside, outside] = [centre, towards]
    for (let i = 0; i < 20; i++) {
      const middle = (inside + outside) / 2
      if (agrees(middle) - top < least) outside = middle
      else inside = middle
    }
    return outside
  }
  const start = agrees(0) - top >= least ? 0 : edge(0)
  let far = 0.01
  while (far < 60 && agrees(centre + far) - top >= least) far *= 2
  const end = edge(centre + far)
  let [mass, chance] = [0, 0]
  for (let i = 0; i < nodes.points.length; i++) {
    const u = start + ((end - start) * (1 + (nodes.points[i] as number))) / 2
    const weight = (nodes.weights[i] as number) * Math.exp(agrees(u) - top + u / 2)
    const { mean, noisy, wide, variance } = lawOf(dispersion, excessAt(u), base)
    // The mean of the history is itself known from so many windows only.
    const around = noisy + variance / effective
    const shape = mean > 0 ? mean ** 2 / around : 0
    mass += weight
    chance += weight * twoGammasSf(x, shape, around / Math.max(mean, 1e-300), 0.5, 2 * wide)
  }
  return Math.min(1, Math.max(bySampling, chance / mass))
}
