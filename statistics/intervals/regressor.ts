import { mean } from '../mean-variance.ts'
import { quantileLoss, type RowLoss, regressionMetrics, rowLosses } from '../metrics/regression.ts'
import { type BootstrapInterval, bootstrapIntervals, type WeightedMetric } from './bootstrap.ts'
import { ofBootstrap } from './classifier.ts'
import {
  clustersByKey,
  type MetricEstimate,
  neededLabels,
  type Performance,
  type PerformanceOptions,
} from './estimate.ts'
import { medianInterval } from './median.ts'
import { skewedMeanInterval } from './skewed-mean.ts'
import { weightedMean, weightedMedian, weightedR2 } from './weighted-metrics.ts'

export type RegressorMetric =
  | 'mae'
  | 'median_absolute_error'
  | 'rmse'
  | 'mape'
  | 'r2'
  | 'bias'
  | 'quantile_loss'

export interface RegressorOptions extends PerformanceOptions {
  /** Which quantile the model forecasts; the median when left out. */
  readonly quantile?: number
}

/**
 * Every metric of a regressor with its 95 % interval: the median by order statistics, RMSE by Hall's correction of
 * Student's interval for skew, the others by the bootstrap; with `keys` all of them by the bootstrap over keys. Throws a RangeError as `regressionMetrics`.
 */
export function regressorPerformance(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: RegressorOptions,
): Performance<RegressorMetric> {
  const { quantile: q = 0.5, needed = neededLabels, next, resamples } = options
  const { median_absolute_error } = regressionMetrics(actual, predicted, q)
  const clusters = clustersByKey(options.keys)
  const units = clusters?.count ?? actual.length
  if (units < needed) return { state: 'INSUFFICIENT_LABELS', rows: units, needed }
  const losses = (loss: RowLoss) =>
    Float64Array.from(actual, (y, row) => loss(y, predicted[row] as number))
  const absolute = losses(rowLosses.mae)
  const squares = losses(rowLosses.mse)
  const mse = weightedMean(squares)
  const drawn: Record<RegressorMetric, WeightedMetric> = {
    mae: weightedMean(absolute),
    median_absolute_error: weightedMedian(absolute),
    rmse: (weights) => Math.sqrt(mse(weights)),
    mape: weightedMean(losses(rowLosses.mape)),
    r2: weightedR2(actual, predicted),
    bias: weightedMean(losses(rowLosses.bias)),
    quantile_loss: weightedMean(losses(quantileLoss(q))),
  }
  const names = (Object.keys(drawn) as RegressorMetric[]).filter(
    (name) => clusters !== undefined || (name !== 'median_absolute_error' && name !== 'rmse'),
  )
  const intervals = bootstrapIntervals(
    names.map((name) => drawn[name]),
    {
      rows: actual.length,
      next,
      ...(clusters === undefined ? {} : { clusters }),
      ...(resamples === undefined ? {} : { resamples }),
    },
  )
  const metrics = Object.fromEntries(
    names.map((name, i) => [name, ofBootstrap(intervals[i] as BootstrapInterval | null)]),
  ) as Record<RegressorMetric, MetricEstimate>
  if (clusters === undefined) {
    metrics.median_absolute_error = {
      value: median_absolute_error,
      interval: medianInterval(absolute.sort()),
      method: 'order statistics',
    }
    const [low, high] = skewedMeanInterval(squares)
    metrics.rmse = {
      value: Math.sqrt(mean(squares)),
      interval: [Math.sqrt(Math.max(0, low)), Math.sqrt(high)],
      method: 'hall',
    }
  }
  return { state: 'measured', rows: actual.length, metrics }
}
