import { betaRegularised, studentSf } from '../beta.ts'
import { eppsSingleton } from '../epps-singleton.ts'
import type { Alternative } from '../mann-whitney.ts'
import { mean } from '../mean-variance.ts'
import { quantile } from '../quantile.ts'
import { sampleMoments, studentTest, welchTest } from '../t-test.ts'
import type { TestResult } from './scipy-ranks.ts'
import { finiteSample } from './scipy-samples.ts'

export interface TtestResult extends TestResult {
  readonly df: number
}

/** `scipy.stats.ttest_ind`: Student's test, Welch's without `equal_var`. Throws RangeError where scipy gives NaN. */
export function ttestInd(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  {
    equal_var = true,
    alternative = 'two-sided',
  }: { equal_var?: boolean; alternative?: Alternative } = {},
): TtestResult {
  const [x, y] = [sampleMoments(finiteSample(a, 1)), sampleMoments(finiteSample(b, 1))]
  // Student's test takes a side of one value, which has no variance of its own.
  const [left, right] = [x, y].map((side) => (side.count === 1 ? { ...side, sd: 0 } : side))
  const found = equal_var && left && right ? studentTest(left, right) : welchTest(x, y)
  if (found === null) throw new RangeError('neither side varies, or one has a single value')
  const { t, degrees, p } = found
  const oneSided = studentSf(alternative === 'less' ? -t : t, degrees)
  return { statistic: t, pvalue: alternative === 'two-sided' ? p : oneSided, df: degrees }
}

/**
 * `scipy.stats.levene`: Levene's test about the mean, Brown and Forsythe's about the median (the default), or about the
 * mean of samples that are trimmed for it only. Throws RangeError where scipy gives NaN.
 */
export function levene(
  samples: readonly ArrayLike<number>[],
  {
    center = 'median',
    proportiontocut = 0.05,
  }: { center?: 'mean' | 'median' | 'trimmed'; proportiontocut?: number } = {},
): TestResult {
  const k = samples.length
  if (k < 2) throw new RangeError('Levene needs two samples')
  const distances = samples.map((sample) => {
    const sorted = finiteSample(sample, 1)
    const cut = center === 'trimmed' ? Math.floor(proportiontocut * sorted.length) : 0
    const middle =
      center === 'median' ? quantile(sorted, 0.5) : mean(sorted.subarray(cut, sorted.length - cut))
    return sorted.map((value) => Math.abs(value - middle))
  })
  const n = distances.reduce((sum, side) => sum + side.length, 0)
  const means = distances.map(mean)
  const whole = distances.reduce((sum, side, i) => sum + side.length * (means[i] as number), 0) / n
  const between = distances.reduce(
    (sum, side, i) => sum + side.length * ((means[i] as number) - whole) ** 2,
    0,
  )
  const within = distances.reduce(
    (sum, side, i) => side.reduce((part, z) => part + (z - (means[i] as number)) ** 2, sum),
    0,
  )
  if (!(within > 0) || n <= k) throw new RangeError('no sample varies about its centre')
  const statistic = ((n - k) * between) / ((k - 1) * within)
  return { statistic, pvalue: fisherSnedecorSf(statistic, k - 1, n - k) }
}

/** P(F >= x) of Fisher and Snedecor's variable. */
const fisherSnedecorSf = (x: number, upper: number, lower: number): number =>
  betaRegularised(
    lower / 2,
    upper / 2,
    lower / (lower + upper * x),
    (upper * x) / (lower + upper * x),
  )

/**
 * `scipy.stats.epps_singleton_2samp` at t = (0.4, 0.8). Where the covariances are singular, as with two distinct
 * values, scipy's degrees hang on rounding, and the numbers here may be others. Throws RangeError below five values a
 * side.
 */
export function eppsSingleton2samp(x: ArrayLike<number>, y: ArrayLike<number>): TestResult {
  const { statistic, p } = eppsSingleton(finiteSample(x, 5), finiteSample(y, 5))
  return { statistic, pvalue: p }
}
