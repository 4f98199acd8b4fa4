import { studentSf } from './beta.ts'
import { mean, variance } from './mean-variance.ts'

/** What a t test needs of one side. */
export interface SampleMoments {
  readonly count: number
  readonly mean: number
  /** With count - 1 below (ddof 1). */
  readonly variance: number
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
  const a = x.variance / x.count
  const b = y.variance / y.count
  // In units of the larger one, so that huge variances do not overflow.
  const unit = Math.max(a, b)
  if (!(unit > 0)) return null
  const [p, q] = [a / unit, b / unit]
  const degrees = (p + q) ** 2 / (p ** 2 / (x.count - 1) + q ** 2 / (y.count - 1))
  return tTest(x.mean - y.mean, Math.sqrt(unit) * Math.sqrt(p + q), degrees)
}

/** Student's test (1908) of equal means, variances assumed equal; null as for Welch's. */
export function studentTest(x: SampleMoments, y: SampleMoments): TTest | null {
  const degrees = x.count + y.count - 2
  const pooled = x.variance * ((x.count - 1) / degrees) + y.variance * ((y.count - 1) / degrees)
  return pooled > 0
    ? tTest(x.mean - y.mean, Math.sqrt(pooled) * Math.sqrt(1 / x.count + 1 / y.count), degrees)
    : null
}

function tTest(difference: number, error: number, degrees: number): TTest | null {
  if (!(error > 0) || !(degrees > 0)) return null
  const t = difference / error
  return { t, degrees, p: Math.min(1, 2 * studentSf(Math.abs(t), degrees)) }
}

/** Moments of a sample in two passes. Throws RangeError without a value. */
export function sampleMoments(values: ArrayLike<number>): SampleMoments {
  const count = values.length
  if (count === 0) throw new RangeError('no value has no mean')
  return { count, mean: mean(values), variance: count > 1 ? variance(values) : Number.NaN }
}
