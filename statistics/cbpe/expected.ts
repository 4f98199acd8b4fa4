import { type Confusion, confusionMetrics } from '../metrics/confusion.ts'
import { byDescendingScore } from '../metrics/rows.ts'

export const cbpeMetrics = [
  'roc_auc',
  'average_precision',
  'f1',
  'precision',
  'recall',
  'specificity',
  'accuracy',
] as const
export type CbpeMetric = (typeof cbpeMetrics)[number]
export type CbpeValues = Readonly<Record<CbpeMetric, number>>

/** Rows as the estimate sees them: what the model said, its score, and how probable 1 is. Weights count rows more or less. */
export interface ExpectedRows {
  readonly predicted: ArrayLike<number>
  readonly scores: ArrayLike<number>
  readonly probabilities: ArrayLike<number>
  readonly weights?: ArrayLike<number> | undefined
}

/** The table of predictions that is expected when each label is 1 with its probability. */
export function expectedConfusion({ predicted, probabilities, weights }: ExpectedRows): Confusion {
  const sums = { tp: 0, fp: 0, fn: 0, tn: 0 }
  for (let row = 0; row < predicted.length; row++) {
    const weight = weights?.[row] ?? 1
    const p = probabilities[row] as number
    const one = predicted[row] === 1
    sums[one ? 'tp' : 'fn'] += weight * p
    sums[one ? 'fp' : 'tn'] += weight * (1 - p)
  }
  return sums
}

/**
 * Metrics of the expected labels (CBPE: Białek et al., arXiv 2407.08649, 2024): those of the expected table, and the
 * area and the average precision of rows that are 1 in part. NaN where one is not defined. O(n log n).
 */
export function expectedMetrics(rows: ExpectedRows): CbpeValues {
  const { accuracy, precision, recall, f1, specificity } = confusionMetrics(expectedConfusion(rows))
  return { ...expectedRanking(rows), f1, precision, recall, specificity, accuracy }
}

function expectedRanking({ scores, probabilities, weights }: ExpectedRows) {
  const order = byDescendingScore(scores)
  let [ones, zeros, pairs, precision] = [0, 0, 0, 0]
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start] as number]
    let [end, tiedOnes, tiedZeros] = [start, 0, 0]
    for (; end < order.length && scores[order[end] as number] === score; end++) {
      const row = order[end] as number
      const weight = weights?.[row] ?? 1
      tiedOnes += weight * (probabilities[row] as number)
      tiedZeros += weight * (1 - (probabilities[row] as number))
    }
    pairs += tiedZeros * (ones + tiedOnes / 2)
    ones += tiedOnes
    zeros += tiedZeros
    if (tiedOnes > 0) precision += tiedOnes * (ones / (ones + zeros))
    start = end
  }
  return { roc_auc: pairs / (ones * zeros), average_precision: precision / ones }
}
