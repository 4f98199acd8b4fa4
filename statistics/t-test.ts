import { studentSf } from './beta.ts'
import { scaledMoments } from './scaled-moments.ts'

/** What a t test needs of one side. */
export interface SampleMoments {
  readonly count: number
  readonly mean: number
  /** Standard deviation with count - 1 below (ddof 1); NaN for a single value. */
  readonly sd: number
}

export interface TTest {
  /** Mean of the reference less that of the window, in standard errors. */
  readonly t: number
  readonly degrees: number
  /** Two-sided. */
  readonly p: number
}

/**
 * Welch's test (1947) of equal means, variances not assumed equal; degrees by Welch and Satterthwaite. null when
 * neither side varies or one has fewer than two values.
 */
export function welchTest(x: SampleMoments, y: SampleMoments): TTest | null {
  const a = x.sd / Math.sqrt(x.count)
  const b = y.sd / Math.sqrt(y.count)
  // In units of the larger one, so that the squares of huge or tiny deviations stay within the doubles.
  const unit = Math.max(a, b)
  if (!(unit > 0)) return null
  const [p, q] = [(a / unit) ** 2, (b / unit) ** 2]
  const degrees = (p + q) ** 2 / (p ** 2 / (x.count - 1) + q ** 2 / (y.count - 1))
  return tTest(x.mean, y.mean, unit * Math.sqrt(p + q), degrees)
}

/** Student's test (1908) of equal means, variances assumed equal; null as for Welch's. */
export function studentTest(x: SampleMoments, y: SampleMoments): TTest | null {
  const pooled = pooledDeviation(x, y)
  return pooled > 0
    ? tTest(x.mean, y.mean, pooled * Math.sqrt(1 / x.count + 1 / y.count), x.count + y.count - 2)
    : null
}

/** Standard deviation of two samples about their own means, weighed by their degrees of freedom. */
export function pooledDeviation(x: SampleMoments, y: SampleMoments): number {
  const unit = Math.max(x.sd, y.sd)
  if (!(unit > 0)) return unit
  const degrees = x.count + y.count - 2
  const [p, q] = [(x.sd / unit) ** 2, (y.sd / unit) ** 2]
  return unit * Math.sqrt(p * ((x.count - 1) / degrees) + q * ((y.count - 1) / degrees))
}

function tTest(first: number, second: number, error: number, degrees: number): TTest | null {
  if (!(error > 0) || !(degrees > 0)) return null
  // Halves, since the difference of two doubles may not be one.
  const t = (first / 2 - second / 2) / (error / 2)
  return { t, degrees, p: Math.min(1, 2 * studentSf(Math.abs(t), degrees)) }
}

/** Moments of a sample in two passes. Throws RangeError without a value. */
export function sampleMoments(values: ArrayLike<number>): SampleMoments {
  const { count, mean, sd } = scaledMoments(values)
  return { count, mean, sd: count > 1 ? sd * Math.sqrt(count / (count - 1)) : Number.NaN }
}
