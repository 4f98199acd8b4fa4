import { checkBinary, meanOfRows } from './rows.ts'

/**
 * Mean squared distance of probability and label, 0 (perfect) to 1.
 *
 * @see https://en.wikipedia.org/wiki/Brier_score
 */
export function brier(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkBinary(scores, labels)
  return meanOfRows(scores, labels, (score, label) => (score - label) ** 2)
}

/** Loss of one row in nats; see `logLoss`. */
export function logLossOf(score: number, label: number): number {
  const smallest = 1e-15
  const probability = Math.min(1 - smallest, Math.max(smallest, score))
  return label === 1 ? -Math.log(probability) : -Math.log1p(-probability)
}

/**
 * Mean negative log likelihood in nats. Probabilities are held 1e-15 away from 0 and 1, so that one
 * confident mistake stays a finite number.
 *
 * @see https://scikit-learn.org/stable/modules/model_evaluation.html#log-loss
 */
export function logLoss(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkBinary(scores, labels)
  return meanOfRows(scores, labels, logLossOf)
}

/** Rows whose scores lie in one of equally wide cells of [0, 1]; a score outside counts in the nearest. */
export interface CalibrationCell {
  readonly rows: number
  /** Sums over its rows. */
  readonly scores: number
  readonly labels: number
}

export function calibrationCells(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  cells = 10,
): CalibrationCell[] {
  checkBinary(scores, labels)
  const found = Array.from({ length: cells }, () => ({ rows: 0, scores: 0, labels: 0 }))
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] as number
    const cell = found[Math.max(0, Math.min(Math.floor(score * cells), cells - 1))]
    if (cell === undefined) continue
    cell.rows++
    cell.scores += score
    cell.labels += labels[row] as number
  }
  return found
}

/**
 * Expected calibration error: how far the mean score of a cell is from its share of 1, weighted by rows; 0 to 1. It is
 * above 0 for a calibrated model too, by the noise of its cells.
 *
 * @see https://arxiv.org/abs/1706.04599
 */
export function calibrationError(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  cells = 10,
): number {
  const gaps = calibrationCells(scores, labels, cells).map((cell) =>
    Math.abs(cell.scores - cell.labels),
  )
  return gaps.reduce((sum, gap) => sum + gap, 0) / scores.length
}
