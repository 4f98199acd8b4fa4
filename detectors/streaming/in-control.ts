import { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'
import { betaRegularised } from '../../statistics/beta.ts'
import { gammaP, normalQuantile } from '../../statistics/special.ts'

/**
 * What a stream is while nothing changes: the rate of its errors, or mean and deviation of its values. `labels` and
 * `values`: from how many it was estimated; without them it is known.
 */
export const inControlSchema = z.union([
  z.strictObject({
    rate: z.number().gt(0).lt(1),
    labels: z.int().min(30).optional(),
  }),
  z.strictObject({
    mean: z.number(),
    sd: z.number().positive(),
    values: z.int().min(30).optional(),
  }),
  z.strictObject({ sample: z.array(z.number()).min(30) }),
])

export type InControl = z.output<typeof inControlSchema>

/** What a detector is calibrated for: the wanted values between two false alarms, and what must be borne. */
export interface Ask {
  readonly every: number
  /** Errors: their rate, and the least and the largest one that it may be. */
  readonly rate?: { readonly at: number; readonly low: number; readonly high: number }
  /** Numbers: mean and deviation, and how far off they may be. */
  readonly law?: {
    readonly mean: number
    readonly sd: number
    /** Largest distance of the mean, in deviations, and largest deviation. */
    readonly meanOff: number
    readonly highSd: number
  }
  readonly estimatedFrom: number | null
}

/** Nine of ten users get at least what they ask for. */
const confidence = 0.9

export function askOf(every: number, given: InControl): Ask {
  if ('sample' in given) return askOf(every, ofSample(given.sample))
  if ('rate' in given) {
    const { rate, labels } = given
    if (labels === undefined) {
      return { every, rate: { at: rate, low: rate, high: rate }, estimatedFrom: null }
    }
    const errors = Math.round(rate * labels)
    return {
      every,
      rate: { at: rate, low: rateBelow(errors, labels), high: rateAbove(errors, labels) },
      estimatedFrom: labels,
    }
  }
  const { mean, sd, values } = given
  if (values === undefined) {
    return { every, law: { mean, sd, meanOff: 0, highSd: sd }, estimatedFrom: null }
  }
  // Half of what may go wrong for the mean, half for the deviation.
  const half = (1 - confidence) / 2
  const highSd = sd * Math.sqrt((values - 1) / chiSquareQuantile(half, values - 1))
  const meanOff = (-normalQuantile(half) * highSd) / sd / Math.sqrt(values)
  return { every, law: { mean, sd, meanOff, highSd }, estimatedFrom: values }
}

function ofSample(sample: readonly number[]): Exclude<InControl, { sample: number[] }> {
  const n = sample.length
  const mean = sample.reduce((sum, x) => sum + x, 0) / n
  if (sample.every((x) => x === 0 || x === 1)) {
    if (mean > 0 && mean < 1) return { rate: mean, labels: n }
    throw unattainable('inControl.sample', 'it holds only one of 0 and 1')
  }
  const sd = Math.sqrt(sample.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1))
  if (sd > 0 && Number.isFinite(sd)) return { mean, sd, values: n }
  throw unattainable('inControl.sample', 'its values do not vary')
}

/**
 * One-sided bounds of a rate by Clopper and Pearson (Biometrika 26, 1934): the rate lies below the one, or above the
 * other, with 90 % confidence each.
 */
const rateAbove = (errors: number, n: number): number =>
  root((p) => 1 - betaRegularised(errors + 1, n - errors, p) - (1 - confidence), errors / n, 1)
const rateBelow = (errors: number, n: number): number =>
  errors === 0
    ? 0
    : root((p) => 1 - confidence - betaRegularised(errors, n - errors + 1, p), 0, errors / n)

const chiSquareQuantile = (share: number, degrees: number): number =>
  root((x) => share - gammaP(degrees / 2, x / 2), 0, degrees * 2)

/** Where a falling function crosses zero, by halving. */
function root(of: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (of(middle) > 0) low = middle
    else high = middle
  }
  return high
}

export const unattainable = (detector: string, reason: string): DriftgateError =>
  new DriftgateError('STREAM_FALSE_ALARMS_UNATTAINABLE', { detector, reason })
