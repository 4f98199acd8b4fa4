import { effectiveNumber } from './autocorrelation.ts'
import { studentSf } from './beta.ts'
import { leastWindows } from './dispersion.ts'
import { studentQuantile } from './intervals/student-quantile.ts'
import { mean as meanOf, variance as varianceOf } from './mean-variance.ts'
import { normalScore, valueOfScore } from './skewed-law.ts'

/** The mean of something over the rows of a window, and the variance that sampling gives it. */
export interface WindowMean {
  readonly mean: number
  readonly variance: number
  /** How many they are; where all windows tell it, what rows vary is told by all of them together. */
  readonly rows?: number
}

/** A window less what earlier ones lead to expect. */
export interface AgainstEarlier {
  /** Mean of the earlier windows. */
  readonly expected: number
  readonly difference: number
  /** Of the difference. */
  readonly low: number
  readonly high: number
  /** Two-sided, of a window that is one more of the earlier ones. */
  readonly p: number
  /** Earlier windows, and how many independent ones they are worth. */
  readonly windows: number
  readonly effective: number
}

/**
 * Holds the mean of a window against earlier ones, which vary by more than sampling: Student's prediction limit of one
 * more value of a normal law (Hahn and Meeker, Statistical Intervals, 1991, 4.7), exact where all windows have as many
 * rows. One with fewer rows varies by what its own sampling adds. Where windows remember each other, fewer count. Means
 * of errors lean to the side of more of them, and the limit with them (`skewnessOf`). Null below eight independent ones.
 * `earlier` in order of time.
 */
export function againstEarlier(
  earlier: readonly WindowMean[],
  window: WindowMean,
  level = 0.95,
): AgainstEarlier | null {
  const means = earlier.map(({ mean }) => mean)
  const effective = effectiveNumber(means)
  if (!(effective >= leastWindows)) return null
  const spread = varianceOf(means)
  const { usual, sampling } = samplingOf(earlier, window)
  // Whatever windows vary between them, sampling alone is the least.
  const own = Math.max(spread + sampling - usual, sampling)
  const sd = Math.sqrt(own + spread / effective)
  const expected = meanOf(means)
  const difference = window.mean - expected
  const degrees = effective - 1
  const skewness =
    sd > 0 ? skewnessOf(earlier, window, { sampling, between: own - sampling, sd }) : 0
  const far = studentQuantile((1 - level) / 2, degrees)
  const score = normalScore(difference / sd, skewness)
  const p = sd > 0 ? Math.min(1, 2 * studentSf(Math.abs(score), degrees)) : difference === 0 ? 1 : 0
  return {
    ...{ expected, difference, p, windows: earlier.length, effective },
    low: difference - sd * valueOfScore(far, skewness),
    high: difference - sd * valueOfScore(-far, skewness),
  }
}

/**
 * How far the law of a window's mean leans, as its skewness. Where windows with a larger mean have rows that vary by more,
 * as all errors that cannot be fewer than none do, sampling leans by the slope of the variance of a row over the mean
 * (exactly so in a natural exponential family: of a rate p by 1 - 2p), and means that vary between windows by three times
 * that, since the larger ones are also sampled more widely. What the means between windows are is taken for symmetric. 0
 * where windows do not tell how many rows they have.
 *
 * @see https://doi.org/10.1214/aos/1176345690 (Morris 1982: the third cumulant is the variance times its slope)
 */
function skewnessOf(
  earlier: readonly WindowMean[],
  { rows = Number.NaN }: WindowMean,
  { sampling, between, sd }: { sampling: number; between: number; sd: number },
): number {
  const perRow = earlier.map((each) => each.variance * (each.rows ?? Number.NaN))
  const center = meanOf(earlier.map(({ mean }) => mean))
  const middle = meanOf(perRow)
  let [together, alone] = [0, 0]
  for (const [i, { mean }] of earlier.entries()) {
    together += (mean - center) * ((perRow[i] as number) - middle)
    alone += (mean - center) ** 2
  }
  const skewness = ((together / alone / rows) * (sampling + 3 * between)) / sd ** 3
  return Number.isFinite(skewness) ? skewness : 0
}

/**
 * The variance that sampling gives the earlier means, and that of the window. Of errors a window in which there are
 * many by chance also has rows that vary by more, and would hide itself: rows of all windows tell it better.
 */
function samplingOf(earlier: readonly WindowMean[], window: WindowMean) {
  const perRow = meanOf(
    [...earlier, window].map(({ variance, rows = Number.NaN }) => variance * rows),
  )
  if (window.rows === undefined || Number.isNaN(perRow)) {
    return { usual: meanOf(earlier.map(({ variance }) => variance)), sampling: window.variance }
  }
  return {
    usual: meanOf(earlier.map(({ rows = 1 }) => perRow / rows)),
    sampling: perRow / window.rows,
  }
}
