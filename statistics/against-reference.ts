import type { WindowMean } from './against-earlier.ts'
import { effectiveNumber } from './autocorrelation.ts'
import { studentSf } from './beta.ts'
import { leastWindows } from './dispersion.ts'
import { studentQuantile } from './intervals/student-quantile.ts'
import { mean as meanOf, variance as varianceOf } from './mean-variance.ts'
import { normalQuantile, normalSf } from './special.ts'

/** A window less its reference. */
export interface AgainstReference {
  readonly difference: number
  /** Of the difference. */
  readonly low: number
  readonly high: number
  /** Two-sided, of no difference. */
  readonly p: number
  /** Earlier windows that tell how much windows vary; 0: by sampling alone. */
  readonly windows: number
  /** How many independent ones they are worth. */
  readonly effective: number
}

export interface ReferenceMean extends WindowMean {
  /** Windows that it was taken of: each varies as any other does. */
  readonly windows: number
}

/**
 * Holds the mean of a window against that of a reference that is fixed for good: by the sampling error of both sides,
 * and by what earlier windows vary beyond theirs, once there are eight of them (`earlier` in order of time). Until then
 * the normal law, by sampling alone; from then on Student's, with a degree less than they are worth independent ones.
 */
export function againstReference(
  reference: ReferenceMean,
  earlier: readonly WindowMean[],
  window: WindowMean,
  level = 0.95,
): AgainstReference {
  const means = earlier.map(({ mean }) => mean)
  const effective = effectiveNumber(means)
  const known = earlier.length >= leastWindows
  const usual = known ? meanOf(earlier.map(({ variance }) => variance)) : 0
  const between = known ? Math.max(0, varianceOf(means) - usual) : 0
  const beyond = between * (1 + 1 / reference.windows)
  const sd = Math.sqrt(window.variance + reference.variance + beyond)
  const difference = window.mean - reference.mean
  const degrees = Math.max(1, effective - 1)
  const tail = (1 - level) / 2
  const reach = sd * (known ? studentQuantile(tail, degrees) : normalQuantile(1 - tail))
  const far = Math.abs(difference) / sd
  const p =
    sd > 0 ? 2 * (known ? studentSf(far, degrees) : normalSf(far)) : difference === 0 ? 1 : 0
  return {
    ...{ difference, low: difference - reach, high: difference + reach, p: Math.min(1, p) },
    ...(known ? { windows: earlier.length, effective } : { windows: 0, effective: 0 }),
  }
}
