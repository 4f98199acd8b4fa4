import type { CostMatrix } from '../metrics/confusion.ts'
import { logLossOf } from '../metrics/probability.ts'
import { auc } from '../metrics/ranking.ts'
import { rowLosses } from '../metrics/regression.ts'
import { aucLaw } from './auc-law.ts'
import type { PairedLaw } from './law.ts'
import { type MeanOptions, meanLaw } from './mean-law.ts'
import { shareLaw } from './share-law.ts'

export type PairedMetric =
  | 'auc'
  | 'accuracy'
  | 'brier'
  | 'log_loss'
  | 'expected_cost'
  | 'mae'
  | 'rmse'

/** What two models answered to the same rows. */
export interface PairedRows {
  /** 0 or 1, or the number that was foretold. */
  readonly labels: ArrayLike<number>
  /** Probabilities of 1, or numbers. */
  readonly first: ArrayLike<number>
  readonly second: ArrayLike<number>
  /** A score at or above it is the class 1. */
  readonly threshold?: number
  readonly costs?: CostMatrix
}

export const moreIsBetter = (metric: PairedMetric): boolean =>
  metric === 'auc' || metric === 'accuracy'

/** A metric of each model, and the law of what the second gains. Throws a RangeError for too few rows (see the laws). */
export interface PairedMetricLaw extends PairedLaw {
  readonly before: number
  readonly after: number
}

export function metricLaw(
  metric: PairedMetric,
  rows: PairedRows,
  options: MeanOptions = {},
): PairedMetricLaw {
  const { labels, first, second } = rows
  switch (metric) {
    case 'auc':
      return {
        ...aucLaw(labels, first, second),
        before: auc(first, labels),
        after: auc(second, labels),
      }
    case 'accuracy':
      return ofAnswers(rows)
    case 'rmse':
      return ofSquares(rows, options)
    default: {
      const loss = rowLoss(metric, rows)
      const [before, after] = [first, second].map((scores) =>
        Float64Array.from(labels, (label, row) => loss(scores[row] as number, label)),
      ) as [Float64Array, Float64Array]
      const gained = before.map((value, row) => value - (after[row] as number))
      return { ...meanLaw(gained, options), before: meanOf(before), after: meanOf(after) }
    }
  }
}

/** What one row loses by its score. */
function rowLoss(
  metric: 'brier' | 'log_loss' | 'expected_cost' | 'mae',
  { threshold = 0.5, costs = {} }: PairedRows,
): (score: number, label: number) => number {
  const { tp = 0, fp = 0, fn = 0, tn = 0 } = costs
  switch (metric) {
    case 'brier':
      return (score, label) => (score - label) ** 2
    case 'log_loss':
      return logLossOf
    case 'mae':
      return (score, label) => rowLosses.mae(label, score)
    case 'expected_cost':
      return (score, label) => {
        const chosen = score >= threshold
        return label === 1 ? (chosen ? tp : fn) : chosen ? fp : tn
      }
  }
}

function ofAnswers({ labels, first, second, threshold = 0.5 }: PairedRows): PairedMetricLaw {
  let [both, onlyFirst, onlySecond] = [0, 0, 0]
  for (let row = 0; row < labels.length; row++) {
    const isOne = labels[row] === 1
    const before = (first[row] as number) >= threshold === isOne
    const after = (second[row] as number) >= threshold === isOne
    if (before && after) both++
    else if (before) onlyFirst++
    else if (after) onlySecond++
  }
  return {
    ...shareLaw(onlyFirst, onlySecond, labels.length),
    before: (both + onlyFirst) / labels.length,
    after: (both + onlySecond) / labels.length,
  }
}

/** Of roots of mean squares by what each row adds to them (the delta method): a mean of such parts. */
function ofSquares({ labels, first, second }: PairedRows, options: MeanOptions): PairedMetricLaw {
  const [old, now] = [first, second].map((scores) =>
    Float64Array.from(labels, (label, row) => rowLosses.mse(label, scores[row] as number)),
  ) as [Float64Array, Float64Array]
  const [before, after] = [Math.sqrt(meanOf(old)), Math.sqrt(meanOf(now))]
  const part = (square: number, root: number) => (root > 0 ? square / (2 * root) : 0)
  const parts = old.map(
    (square, row) => part(square, before) - part(now[row] as number, after) + (before - after) / 2,
  )
  return { ...meanLaw(parts, options), before, after }
}

const meanOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
