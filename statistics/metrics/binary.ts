import {
  type Confusion,
  type ConfusionMetrics,
  type CostMatrix,
  confusionMetrics,
  confusionOf,
  expectedCost,
} from './confusion.ts'
import { brier, calibrationError, logLoss } from './probability.ts'
import { auc, averagePrecision } from './ranking.ts'
import { checkBinary, meanOfRows } from './rows.ts'

/**
 * How well probabilities met 0/1 labels. `scores[i]` is the probability of class 1 for the row
 * whose label is `labels[i]`. Every function throws a RangeError for no rows, for lists of different
 * length, for a label that is not 0 or 1 and for a score that is not finite.
 */
export interface BinaryMetrics {
  readonly rows: number
  readonly accuracy: number
  readonly auc: number
  readonly brier: number
  readonly log_loss: number
}

/** What champion and candidate are compared by; accuracy at the threshold 0.5. O(n log n). */
export function binaryMetrics(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold = 0.5,
): BinaryMetrics {
  return {
    rows: scores.length,
    accuracy: accuracy(scores, labels, threshold),
    auc: auc(scores, labels),
    brier: brier(scores, labels),
    log_loss: logLoss(scores, labels),
  }
}

/** Share of rows where `score >= threshold` is the label, 0 to 1. */
export function accuracy(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold = 0.5,
): number {
  checkBinary(scores, labels)
  return meanOfRows(scores, labels, (score, label) =>
    (score >= threshold ? 1 : 0) === label ? 1 : 0,
  )
}

export interface ClassificationOptions {
  /** A score at or above it is the prediction 1. */
  readonly threshold?: number
  /** Cells of the calibration error. */
  readonly cells?: number
  readonly costs?: CostMatrix
}

export interface ClassificationMetrics extends ConfusionMetrics {
  readonly rows: number
  readonly positives: number
  readonly confusion: Confusion
  readonly roc_auc: number
  readonly average_precision: number
  readonly log_loss: number
  readonly brier: number
  readonly calibration_error: number
  /** Absent without a cost matrix. */
  readonly expected_cost?: number
}

/** All metrics of a classifier of two classes. NaN where one is not defined, as precision without a predicted 1. O(n log n). */
export function classificationMetrics(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  { threshold = 0.5, cells = 10, costs }: ClassificationOptions = {},
): ClassificationMetrics {
  const confusion = confusionOf(scores, labels, threshold)
  const positives = confusion.tp + confusion.fn
  const mixed = positives > 0 && positives < scores.length
  return {
    rows: scores.length,
    positives,
    confusion,
    ...confusionMetrics(confusion),
    roc_auc: mixed ? auc(scores, labels) : Number.NaN,
    average_precision: averagePrecision(scores, labels),
    log_loss: logLoss(scores, labels),
    brier: brier(scores, labels),
    calibration_error: calibrationError(scores, labels, cells),
    ...(costs === undefined ? {} : { expected_cost: expectedCost(confusion, costs) }),
  }
}
