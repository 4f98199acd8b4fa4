import { fitIsotonic } from '../isotonic.ts'
import { checkBinary } from '../metrics/rows.ts'
import type { Cbpe } from './binary.ts'

/**
 * The same estimator for shifted inputs: its curve anew, each labelled row of the reference counting as
 * `importanceWeights` says. What a score means then is learned from rows like those now. It still rests on the
 * reference's labels: of concept drift it sees nothing. Throws a RangeError as `checkBinary`.
 */
export function reweightedCbpe(
  fitted: Cbpe,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: Float64Array,
): Cbpe {
  checkBinary(scores, labels)
  return { ...fitted, calibration: fitIsotonic(scores, labels, weights) }
}
