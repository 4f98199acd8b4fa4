import type { Isotonic } from '../isotonic.ts'
import { checkBinary } from '../metrics/rows.ts'
import { calibrated, calibrationOf } from './calibration.ts'
import { type CbpeValues, type ExpectedRows, expectedMetrics } from './expected.ts'
import { type RowVariances, rowVariances } from './sampling-error.ts'

/** Performance of a classifier of two classes before its labels come; fitted once to labelled rows. Plain JSON. */
export interface Cbpe {
  readonly schema: 'driftgate-cbpe/1'
  /** null: the scores are probabilities as they are. */
  readonly calibration: Isotonic | null
  /** NaN is stored as null. */
  readonly variances: { readonly [Metric in keyof RowVariances]: number | null }
}

/** Rows without labels; `weights` as in `importanceWeights`. */
export interface ScoredRows {
  readonly scores: ArrayLike<number>
  /** The class that the model chose, 0 or 1. */
  readonly predicted: ArrayLike<number>
}

export interface CbpeEstimate {
  readonly values: CbpeValues
  /** Standard error of each realised metric about its estimate, for this many rows. */
  readonly samplingErrors: CbpeValues
}

/** `next`: uniform numbers in [0, 1). Throws a RangeError as `checkBinary`. O(n log n). */
export function fitCbpe(
  { scores, predicted }: ScoredRows,
  labels: ArrayLike<number>,
  next: () => number,
): Cbpe {
  checkBinary(scores, labels)
  const variances = rowVariances(scores, predicted, labels, next)
  return {
    schema: 'driftgate-cbpe/1',
    calibration: calibrationOf(scores, labels, next),
    variances: Object.fromEntries(
      Object.entries(variances).map(([name, value]) => [
        name,
        Number.isFinite(value) ? value : null,
      ]),
    ) as unknown as Cbpe['variances'],
  }
}

/** Probabilities of class 1. */
export const cbpeProbabilities = (fitted: Cbpe, scores: ArrayLike<number>): Float64Array =>
  calibrated(fitted.calibration, scores)

/**
 * What the metrics of these rows are expected to be. It rests on the calibration of the reference: a change of what a
 * score means (concept drift) it cannot see, by its nature. NaN where a metric is not defined.
 */
export function estimateCbpe(fitted: Cbpe, { scores, predicted }: ScoredRows): CbpeEstimate {
  const rows: ExpectedRows = {
    scores,
    predicted,
    probabilities: cbpeProbabilities(fitted, scores),
  }
  return { values: expectedMetrics(rows), samplingErrors: errorsOf(fitted, scores.length) }
}

const errorsOf = ({ variances }: Cbpe, rows: number) =>
  Object.fromEntries(
    Object.entries(variances).map(([name, value]) => [
      name,
      value === null ? Number.NaN : Math.sqrt(value / rows),
    ]),
  ) as unknown as CbpeValues
