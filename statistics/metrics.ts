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

/** All of them at once; accuracy at the threshold 0.5. O(n log n). */
export function binaryMetrics(
  scores: readonly number[],
  labels: readonly number[],
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
  scores: readonly number[],
  labels: readonly number[],
  threshold = 0.5,
): number {
  return meanOfRows(scores, labels, (score, label) =>
    (score >= threshold ? 1 : 0) === label ? 1 : 0,
  )
}

/**
 * Mean squared distance of probability and label, 0 (perfect) to 1.
 *
 * @see https://en.wikipedia.org/wiki/Brier_score
 */
export function brier(scores: readonly number[], labels: readonly number[]): number {
  return meanOfRows(scores, labels, (score, label) => (score - label) ** 2)
}

/**
 * Mean negative log likelihood in nats. Probabilities are held 1e-15 away from 0 and 1, so that one
 * confident mistake stays a finite number.
 *
 * @see https://scikit-learn.org/stable/modules/model_evaluation.html#log-loss
 */
export function logLoss(scores: readonly number[], labels: readonly number[]): number {
  const smallest = 1e-15
  return meanOfRows(scores, labels, (score, label) => {
    const probability = Math.min(1 - smallest, Math.max(smallest, score))
    return label === 1 ? -Math.log(probability) : -Math.log1p(-probability)
  })
}

/**
 * Area under the ROC curve: the chance that a row of class 1 scores above one of class 0, ties
 * counting half (Mann-Whitney U over the number of pairs, midranks). Without a row of either class
 * no pair exists and the answer is 0.5, "cannot tell them apart".
 *
 * @see https://en.wikipedia.org/wiki/Receiver_operating_characteristic#Area_under_the_curve
 */
export function auc(scores: readonly number[], labels: readonly number[]): number {
  checkRows(scores, labels)
  const order = scores.map((_, row) => row).sort((left, right) => scores[left]! - scores[right]!)
  let positives = 0
  let rankSum = 0
  for (let start = 0; start < order.length; ) {
    // Rows with the same score share the mean of their ranks.
    let end = start + 1
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++
    const midrank = (start + 1 + end) / 2
    for (let position = start; position < end; position++) {
      if (labels[order[position]!] !== 1) continue
      positives++
      rankSum += midrank
    }
    start = end
  }
  const negatives = scores.length - positives
  if (positives === 0 || negatives === 0) return 0.5
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}

function meanOfRows(
  scores: readonly number[],
  labels: readonly number[],
  value: (score: number, label: number) => number,
): number {
  checkRows(scores, labels)
  let sum = 0
  for (let row = 0; row < scores.length; row++) sum += value(scores[row]!, labels[row]!)
  return sum / scores.length
}

function checkRows(scores: readonly number[], labels: readonly number[]): void {
  if (scores.length === 0) throw new RangeError('metrics need at least one row')
  if (scores.length !== labels.length) {
    throw new RangeError(`metrics need a label per score: ${scores.length} and ${labels.length}`)
  }
  for (let row = 0; row < scores.length; row++) {
    const label = labels[row]
    if (label !== 0 && label !== 1) throw new RangeError(`label ${label} is neither 0 nor 1`)
    if (!Number.isFinite(scores[row])) throw new RangeError(`score ${scores[row]} is not finite`)
  }
}
