import { mean, variance } from '../mean-variance.ts'
import { quantile } from '../quantile.ts'
import { checkFinite, checkPairs } from './rows.ts'

/** How well numbers met numbers; all but `mape` and `r2` in the unit of the target, `mse` in its square. */
export interface RegressionMetrics {
  readonly rows: number
  readonly mae: number
  readonly median_absolute_error: number
  readonly mse: number
  readonly rmse: number
  /** Mean of |error| over |actual|; an actual of 0 makes it huge, as scikit-learn's. */
  readonly mape: number
  /** 1 is perfect, 0 what the mean of the actuals would do; NaN where all actuals are the same. */
  readonly r2: number
  /** Mean of predicted minus actual. */
  readonly bias: number
  /** Mean loss of a forecast of the quantile `q`. */
  readonly quantile_loss: number
}

/** Throws a RangeError for no rows, lists of different length, or a number that is not finite. O(n log n). */
export function regressionMetrics(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  q = 0.5,
): RegressionMetrics {
  checkPairs(actual, predicted)
  checkFinite(actual, 'the actual value')
  checkFinite(predicted, 'the prediction')
  const of = (loss: RowLoss) =>
    Float64Array.from(actual, (y, row) => loss(y, predicted[row] as number))
  const absolute = of(rowLosses.mae)
  const mse = mean(of(rowLosses.mse))
  const spread = (variance(actual) * (actual.length - 1)) / actual.length
  return {
    rows: actual.length,
    mae: mean(absolute),
    median_absolute_error: quantile(absolute.sort(), 0.5),
    mse,
    rmse: Math.sqrt(mse),
    mape: mean(of(rowLosses.mape)),
    r2: spread > 0 ? 1 - mse / spread : Number.NaN,
    bias: mean(of(rowLosses.bias)),
    quantile_loss: mean(of(quantileLoss(q))),
  }
}

/** What one row loses. */
export type RowLoss = (actual: number, predicted: number) => number

/** The means of these over rows are metrics. */
export const rowLosses = {
  mae: (actual, predicted) => Math.abs(predicted - actual),
  mse: (actual, predicted) => (predicted - actual) ** 2,
  mape: (actual, predicted) =>
    Math.abs(predicted - actual) / Math.max(Number.EPSILON, Math.abs(actual)),
  bias: (actual, predicted) => predicted - actual,
} as const satisfies Record<string, RowLoss>

/**
 * Pinball loss of the quantile q, 0 < q < 1; of the median it is half the absolute error.
 *
 * @see https://scikit-learn.org/stable/modules/model_evaluation.html#pinball-loss
 */
export function quantileLoss(q: number): RowLoss {
  if (!(q > 0 && q < 1)) throw new RangeError(`the quantile ${q} is not between 0 and 1`)
  return (actual, predicted) =>
    actual >= predicted ? q * (actual - predicted) : (1 - q) * (predicted - actual)
}
