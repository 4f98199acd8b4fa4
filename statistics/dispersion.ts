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
  /** Directions that share what windows vary beyond sampling, at least: the fewer, the heavier the tail. 1 to `degrees`. */
  readonly directions: number
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
}

/**
 * Of -2 ln p of accepted windows in order of time, by a test of that kind; null below eight effective ones. Throws
 * RangeError.
 */
export function dispersionOf(
  strengths: ArrayLike<number>,
  { degrees = strengthDegrees, share = 1 }: TestKind = {},
): Dispersion | null {
  // A p-value of 1 stands for all above the share: half of them lie below the middle.
  const capped = -2 * Math.log((1 + share) / 2)
  const offset = -2 * Math.log(share)
  const statistics = Float64Array.from(strengths, (strength) =>
    chiSquareOfStrength(strength === 0 ? capped : strength + offset, degrees),
  )
  const effective = effectiveNumber(statistics)
  if (!(effective >= leastWindows)) return null
  const mean = meanOf(statistics)
  if (!(mean >= 0) || !Number.isFinite(mean)) throw new RangeError('-2 ln p is at least 0')
  const variance = varianceOf(statistics)
  return {
    factor: mean / degrees,
    degrees,
    directions: directionsOf(mean, variance, degrees, effective),
    windows: strengths.length,
    effective,
  }
}

/**
 * The fewest directions that may hold all excess variation, as the variance of the statistic allows: with an excess of
 * λ in d of k directions its mean is k + λ and its variance 2 k + 4 λ + 2 λ² / d.
 */
function directionsOf(mean: number, variance: number, degrees: number, effective: number): number {
  const excess = Math.max(0, mean - degrees)
  if (excess === 0 || variance === 0 || degrees <= 1) return 1
  // The variance of a sample variance grows with the kurtosis, 3 + 12 / shape for a scaled chi-square law.
  const shape = Math.min(2, (2 * mean * mean) / variance)
  const most = variance * (1 + 2 * Math.sqrt((12 / shape + 2) / effective))
  const beyond = most - 2 * degrees - 4 * excess
  return beyond <= 0 ? degrees : Math.min(degrees, Math.max(1, (2 * excess * excess) / beyond))
}

const nodes = gaussLegendre(64)

/**
 * Chance that the next window without change lies as far out as `logP` (natural logarithm of its sampling p-value). Its
 * statistic is a sum of squares, of which `directions` vary by more than sampling; how much more is estimated from so
 * many windows, so the chance is averaged over what they leave open: the mean of a history is a scaled chi-square
 * variable (Satterthwaite 1946), known to be at least `floor` (1, or a declared design effect) times the degrees. Never
 * below exp(logP).
 */
export function predictionP(logP: number, dispersion: Dispersion | null, floor = 1): number {
  const base = Math.max(1, floor)
  const least = Math.exp(logP / base)
  if (dispersion === null || logP >= 0) return least
  const { factor, degrees, directions, effective } = dispersion
  const x = chiSquareOfStrength(-2 * logP, degrees)
  const excessAt = (times: number) => degrees * Math.max(0, times - base)
  const known = excessAt(factor)
  const variance = 2 * base * base * degrees + 4 * base * known + (2 * known * known) / directions
  const below = (effective * 2 * (degrees * Math.max(base, factor)) ** 2) / variance
  const lowest = Math.log(base)
  const centre = Math.log(Math.max(factor, 1e-9))
  const width = 12 * Math.sqrt(2 / below)
  const start = Math.max(lowest, centre - width)
  const end = Math.max(lowest, centre) + width
  // Of the logarithm of the dispersion: a scaled inverse chi-square law.
  const log = (u: number) => (-below / 2) * (u - centre + Math.exp(centre - u))
  const top = log(Math.max(start, centre))
  let [mass, chance] = [0, 0]
  for (let i = 0; i < nodes.points.length; i++) {
    const u = start + ((end - start) * (1 + (nodes.points[i] as number))) / 2
    const weight = (nodes.weights[i] as number) * Math.exp(log(u) - top)
    const wide = base + excessAt(Math.exp(u)) / directions
    mass += weight
    chance +=
      weight * twoGammasSf(x, (degrees - directions) / 2, 2 * base, directions / 2, 2 * wide)
  }
  return Math.min(1, Math.max(least, chance / mass))
}
