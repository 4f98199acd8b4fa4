import {
  type Dle,
  type DleMetric,
  estimateDle,
  expectedErrors,
  fitDle,
} from '../../statistics/dle/estimator.ts'
import { mean, variance } from '../../statistics/mean-variance.ts'
import type { GroupEstimate } from './estimate-classes.ts'
import { withIntervals } from './estimate-intervals.ts'
import type { FittedGroup, SampledReferenceRow } from './estimator.ts'
import { columnsOf, type FeatureRow, type LearnedFeature } from './feature-columns.ts'

/** A row whose features are known, in the order of the estimator's. */
export interface KnownRow {
  readonly score: number
  readonly values: FeatureRow
}

const told = ['mae', 'rmse', 'mape'] as const satisfies readonly DleMetric[]

/** What the foretold numbers of sampled rows are expected to lose. */
export function estimateNumbers(
  rows: readonly KnownRow[],
  dle: Dle,
  features: readonly LearnedFeature[],
  fitted: FittedGroup,
  labels = fitted.labels,
): GroupEstimate {
  const columns = columnsOf(
    features,
    rows.map(({ values }) => values),
  )
  const predicted = Float64Array.from(rows, ({ score }) => score)
  const learned = estimateDle(dle, columns, predicted).values
  // The trees of all rows are a little off in a segment.
  const shift = (metric: DleMetric) => fitted.shift?.[metric] ?? 0
  const mse = Math.max(0, learned.mse + shift('mse'))
  const values = {
    mae: Math.max(0, learned.mae + shift('mae')),
    mape: Math.max(0, learned.mape + shift('mape')),
    rmse: Math.sqrt(mse),
  }
  const { mape, mse: squares } = dle.losses
  const variances = {
    mae: fitted.loss.rowVariance,
    mape: mape.variance,
    // The slope of the root at the mean square of the reference.
    rmse: squares.variance / (4 * squares.mean),
  }
  const losses = expectedErrors(dle, columns, predicted)
  return {
    metrics: withIntervals(
      told.map((name) => ({ name, value: values[name], rowVariance: variances[name] })),
      { rows: rows.length, labels },
      [0, Number.POSITIVE_INFINITY],
    ),
    loss: {
      ...{ name: 'absolute_error', mean: mean(losses) },
      variance: variance(losses) / losses.length,
    },
  }
}

/** The trees anew by reference rows that count as often as rows like them occur now. */
export const reweightedNumbers = (
  reference: readonly SampledReferenceRow[],
  features: readonly LearnedFeature[],
  weights: Float64Array,
): Dle =>
  fitDle(
    columnsOf(
      features,
      reference.map(({ values }) => values),
    ),
    Float64Array.from(reference, ({ score }) => score),
    Float64Array.from(reference, ({ label }) => label),
    weights,
  )
