import { byDescendingScore, checkBinary } from './rows.ts'

/**
 * Area under the ROC curve: the chance that a row of class 1 scores above one of class 0, ties
 * counting half (Mann-Whitney U over the number of pairs). Without a row of either class
 * no pair exists and the answer is 0.5, "cannot tell them apart". O(n log n).
 *
 * @see https://en.wikipedia.org/wiki/Receiver_operating_characteristic#Area_under_the_curve
 */
export function auc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkBinary(scores, labels)
  let [positives, pairs] = [0, 0]
  forTies(scores, labels, (ones, zeros) => {
    pairs += zeros * (positives + ones / 2)
    positives += ones
  })
  const negatives = scores.length - positives
  return positives === 0 || negatives === 0 ? 0.5 : pairs / (positives * negatives)
}

/**
 * Average precision: the precision at each score that rows of class 1 have, weighted by their share; no interpolation.
 * NaN without a row of class 1. O(n log n).
 *
 * @see https://scikit-learn.org/stable/modules/generated/sklearn.metrics.average_precision_score.html
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkBinary(scores, labels)
  let [ones, rows, sum] = [0, 0, 0]
  forTies(scores, labels, (more, zeros) => {
    ones += more
    rows += more + zeros
    sum += more * (ones / rows)
  })
  return sum / ones
}

/** How many rows of class 1 and 0 each distinct score has, from the highest on. */
function forTies(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  seen: (ones: number, zeros: number) => void,
): void {
  const order = byDescendingScore(scores)
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start] as number]
    let [end, ones] = [start, 0]
    for (; end < order.length && scores[order[end] as number] === score; end++) {
      ones += labels[order[end] as number] as number
    }
    seen(ones, end - start - ones)
    start = end
  }
}
