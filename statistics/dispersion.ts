import { effectiveNumber } from './autocorrelation.ts'
import { logGammaQ } from './gamma.ts'
import { mean as meanOf, variance as varianceOf } from './mean-variance.ts'
import { gaussLegendre } from './quadrature.ts'

/**
 * How much more windows differ from the reference than sampling alone explains. Each window of the history has its
 * -2 ln p, a chi-square variable of two degrees of freedom (mean 2) where nothing but sampling varies (Fisher 1925).
 */
export interface Dispersion {
  /** Half the mean of -2 ln p: 1 where sampling explains everything. */
  readonly factor: number
  /** Bounds of the degrees of freedom of a scaled chi-square law with mean and variance of the history. */
  readonly degrees: readonly [number, number]
  /** Windows of the history, and how many independent ones they are worth. */
  readonly windows: number
  readonly effective: number
}

/** Fewer effective windows than these say nothing; fewer than `establishedWindows` say it provisionally. */
export const leastWindows = 8
export const establishedWindows = 30

/** Of -2 ln p of accepted windows in order of time; null below eight effective ones. Throws RangeError. */
export function dispersionOf(strengths: ArrayLike<number>): Dispersion | null {
  const effective = effectiveNumber(strengths)
  if (!(effective >= leastWindows)) return null
  const mean = meanOf(strengths)
  const variance = varianceOf(strengths)
  if (!(mean >= 0) || !Number.isFinite(mean)) throw new RangeError('-2 ln p is at least 0')
  const windows = strengths.length
  if (mean === 0 || variance === 0) {
    return { factor: mean / 2, degrees: [2, 2], windows, effective }
  }
  const degrees = (2 * mean * mean) / variance
  // The variance of a sample variance grows with the kurtosis, which is 3 + 12 / degrees for a chi-square law.
  const error = 2 * Math.sqrt((12 / Math.min(2, degrees) + 2) / effective)
  return {
    factor: mean / 2,
    degrees: [degrees / (1 + error), degrees * (1 + error)],
    windows,
    effective,
  }
}

/**
 * Degrees of freedom of a scaled chi-square law when all excess variation lies in one of two directions, the
 * heaviest tail that a factor allows (Satterthwaite 1946); moved into the bounds that the history sets.
 */
function degreesAt(factor: number, [low, high]: readonly [number, number]): number {
  const excess = Math.max(0, factor - 1)
  const oneDirection = (2 * (1 + excess) ** 2) / (1 + 2 * excess + 2 * excess ** 2)
  return Math.min(high, Math.max(low, oneDirection))
}

const nodes = gaussLegendre(64)

/**
 * Chance that the next window without change lies as far out as `logP` (natural logarithm of its sampling p-value):
 * a prediction limit, since the dispersion is itself estimated from so many windows. With the dispersion unbounded
 * it would be the F law with degrees x effective windows below the line; here the dispersion is known to be at least
 * `floor` (1, or a declared design effect), so the chance is averaged over its law above that. Never below exp(logP).
 */
export function predictionP(logP: number, dispersion: Dispersion | null, floor = 1): number {
  const least = Math.exp(logP / Math.max(1, floor))
  if (dispersion === null || logP >= 0) return least
  const { factor, degrees, effective } = dispersion
  const below = degreesAt(Math.max(floor, factor), degrees) * effective
  const lowest = Math.log(Math.max(1, floor))
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
    const law = degreesAt(Math.exp(u), degrees)
    mass += weight
    chance += weight * Math.exp(logGammaQ(law / 2, (-law * logP) / Math.exp(u) / 2))
  }
  return Math.min(1, Math.max(least, chance / mass))
}
