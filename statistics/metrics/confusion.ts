import { checkBinary } from './rows.ts'

/** Counts, or weights, of 0/1 predictions against 0/1 labels. */
export interface Confusion {
  readonly tp: number
  readonly fp: number
  readonly fn: number
  readonly tn: number
}

/** What each kind of answer costs, in any unit of money; what is left out costs nothing. */
export type CostMatrix = Partial<Confusion>

/** A row counts as predicted 1 where its score is at least `threshold`. Throws a RangeError as `checkBinary`. */
export function confusionOf(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold = 0.5,
): Confusion {
  checkBinary(scores, labels)
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 }
  for (let row = 0; row < scores.length; row++) {
    const predicted = (scores[row] as number) >= threshold
    if (labels[row] === 1) counts[predicted ? 'tp' : 'fn']++
    else counts[predicted ? 'fp' : 'tn']++
  }
  return counts
}

/** Every ratio of the table is NaN where it has no rows to speak of: "not defined" is not "0". */
export interface ConfusionMetrics {
  readonly accuracy: number
  /** Mean of recall and specificity. */
  readonly balanced_accuracy: number
  /** Matthews correlation, -1 to 1. */
  readonly mcc: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly specificity: number
}

/**
 * @see https://en.wikipedia.org/wiki/Confusion_matrix
 * @see https://en.wikipedia.org/wiki/Phi_coefficient
 */
export function confusionMetrics({ tp, fp, fn, tn }: Confusion): ConfusionMetrics {
  const recall = tp / (tp + fn)
  const specificity = tn / (tn + fp)
  // Roots one by one: the product of four counts of millions is beyond the whole numbers of a double.
  const spread = Math.sqrt(tp + fp) * Math.sqrt(tp + fn) * Math.sqrt(tn + fp) * Math.sqrt(tn + fn)
  return {
    accuracy: (tp + tn) / (tp + fp + fn + tn),
    balanced_accuracy: (recall + specificity) / 2,
    mcc: (tp * tn - fp * fn) / spread,
    precision: tp / (tp + fp),
    recall,
    f1: (2 * tp) / (2 * tp + fp + fn),
    specificity,
  }
}

/** Cost per row, in the unit of the cost matrix. */
export const expectedCost = (
  { tp, fp, fn, tn }: Confusion,
  { tp: ofTp = 0, fp: ofFp = 0, fn: ofFn = 0, tn: ofTn = 0 }: CostMatrix,
): number => (tp * ofTp + fp * ofFp + fn * ofFn + tn * ofTn) / (tp + fp + fn + tn)
