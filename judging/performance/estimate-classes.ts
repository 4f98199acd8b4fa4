import type { MeasuredLoss, MeasuredMetric } from '../../contracts/performance.ts'
import { type Cbpe, cbpeProbabilities } from '../../statistics/cbpe/binary.ts'
import {
  type CbpeMetric,
  cbpeMetrics,
  type ExpectedRows,
  expectedMetrics,
} from '../../statistics/cbpe/expected.ts'
import { expectedLosses } from '../../statistics/cbpe/expected-loss.ts'
import { reweightedCbpe } from '../../statistics/cbpe/reweighted.ts'
import { windowVariances } from '../../statistics/cbpe/window-variances.ts'
import { mean, variance } from '../../statistics/mean-variance.ts'
import { withIntervals } from './estimate-intervals.ts'
import type { FittedGroup, SampledReferenceRow } from './estimator.ts'
import { areProbabilities } from './fit-classifier.ts'
import type { PredictedGroup } from './predicted-rows.ts'

export interface GroupEstimate {
  readonly metrics: MeasuredMetric[]
  readonly loss: MeasuredLoss
}

/** Why the scores of a group say nothing by an estimator; null: they do. */
export const unfit = (
  { scores }: Pick<PredictedGroup, 'scores'>,
  { calibration }: Cbpe,
): string | null =>
  calibration === null && !areProbabilities(scores)
    ? 'its scores are no probabilities, as those of the reference were'
    : null

/** What the predictions of two classes are expected to come to. */
export function estimateClasses(
  group: PredictedGroup,
  fitted: FittedGroup,
  { cbpe = fitted.cbpe as Cbpe, labels = fitted.labels } = {},
): GroupEstimate {
  const scores = Float64Array.from(group.scores)
  const predicted = Uint8Array.from(group.chosen)
  const rows = { scores, predicted, probabilities: cbpeProbabilities(cbpe, scores) }
  const { name, rowVariance } = fitted.loss
  const values = expectedMetrics(rows)
  const losses = expectedLosses(rows, fitted.loss.name === 'brier' ? 'brier' : 'error_rate')
  const own: Partial<Record<CbpeMetric, number>> = windowVariances(rows, values.roc_auc)
  const told = cbpeMetrics.map((metric) => ({
    ...{ name: metric, value: values[metric] },
    rowVariance: largest(cbpe.variances[metric], own[metric]),
  }))
  // The rate of errors is the accuracy.
  const squared = largest(rowVariance, brierVariance(rows, mean(losses)))
  const brier = name === 'brier' ? [{ name, value: mean(losses), rowVariance: squared }] : []
  return {
    metrics: withIntervals([...told, ...brier], { rows: scores.length, labels }, [0, 1]),
    loss: { name, mean: mean(losses), variance: variance(losses) / losses.length },
  }
}

/** Of what is known; NaN: nothing is. */
function largest(...values: readonly (number | null | undefined)[]): number {
  const known = values.filter((value) => typeof value === 'number' && Number.isFinite(value))
  return known.length === 0 ? Number.NaN : Math.max(...(known as number[]))
}

/** Variance of the squared distance of score and label, over rows and labels. */
const brierVariance = (
  { scores, probabilities }: Pick<ExpectedRows, 'scores' | 'probabilities'>,
  brier: number,
): number =>
  mean(
    Float64Array.from(probabilities, (p, row) => {
      const score = scores[row] as number
      return p * (1 - score) ** 4 + (1 - p) * score ** 4
    }),
  ) -
  brier ** 2

/** The curve anew by reference rows that count as often as rows like them occur now. */
export const reweightedClasses = (
  fitted: FittedGroup,
  reference: readonly SampledReferenceRow[],
  weights: Float64Array,
): Cbpe =>
  reweightedCbpe(
    fitted.cbpe as Cbpe,
    Float64Array.from(reference, ({ score }) => score),
    Uint8Array.from(reference, ({ label }) => label),
    weights,
  )
