import { placements } from '../auc-variance.ts'
import { weightedRanking } from '../intervals/weighted-metrics.ts'
import { variance } from '../mean-variance.ts'
import type { CbpeMetric } from './expected.ts'

/**
 * What one row adds to the variance of each metric, measured on the reference: the variance of a metric over n rows is
 * this over n. A ratio's is the variance within the rows it is about over their share of all rows (NannyML's).
 */
export type RowVariances = Readonly<Record<CbpeMetric, number>>

const bootstraps = 300

export function rowVariances(
  scores: ArrayLike<number>,
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  next: () => number,
): RowVariances {
  const n = labels.length
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 }
  for (let row = 0; row < n; row++) {
    if (predicted[row] === 1) counts[labels[row] === 1 ? 'tp' : 'fp']++
    else counts[labels[row] === 1 ? 'fn' : 'tn']++
  }
  const { tp, fp, fn, tn } = counts
  const ofRate = (hits: number, rows: number) => ((hits / rows) * (1 - hits / rows) * n) / rows
  // F1 is the mean of a value that true positives have, over the rows that are or are called 1.
  const relevant = tp + fp + fn
  const factor = relevant / (tp + (fp + fn) / 2)
  return {
    roc_auc: areaVariance(scores, labels),
    average_precision: precisionVariance(scores, labels, next),
    f1: factor ** 2 * ofRate(tp, relevant),
    precision: ofRate(tp, tp + fp),
    recall: ofRate(tp, tp + fn),
    specificity: ofRate(tn, tn + fp),
    accuracy: ofRate(tp + tn, n),
  }
}

/** Variance of the placements of the rarer class, over its share. */
function areaVariance(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const of = (wanted: number) =>
    Float64Array.from(scores).filter((_, row) => labels[row] === wanted)
  const [zeros, ones] = [of(0), of(1)]
  if (zeros.length === 0 || ones.length === 0) return Number.NaN
  const [few, others] = ones.length <= zeros.length ? [ones, zeros] : [zeros, ones]
  const unbiased = variance(placements(few, others))
  return (unbiased * (few.length - 1) * labels.length) / few.length ** 2
}

/** Of average precision no formula is exact: from resampled references. */
function precisionVariance(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  next: () => number,
): number {
  const n = labels.length
  const { average_precision } = weightedRanking(scores, labels)
  const weights = new Float64Array(n)
  const values = new Float64Array(bootstraps)
  for (let b = 0; b < bootstraps; b++) {
    weights.fill(0)
    for (let i = 0; i < n; i++) {
      const row = Math.floor(next() * n)
      weights[row] = (weights[row] as number) + 1
    }
    values[b] = average_precision(weights)
  }
  return variance(values) * n
}
