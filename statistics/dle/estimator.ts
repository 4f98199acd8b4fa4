import type { BoosterColumn } from '../binned-columns.ts'
import { mean, variance } from '../mean-variance.ts'
import { type RowLoss, rowLosses } from '../metrics/regression.ts'
import { checkFinite, checkPairs } from '../metrics/rows.ts'
import {
  cutColumns,
  fitRegression,
  type RegressionBooster,
  regressionValues,
} from './regression-booster.ts'

export const dleMetrics = ['mae', 'mape', 'mse', 'rmse'] as const
export type DleMetric = (typeof dleMetrics)[number]
export type DleValues = Readonly<Record<DleMetric, number>>

/** What the boosters learn; the root of the mean square is taken at the end. */
const learned = ['mae', 'mape', 'mse'] as const
type Learned = (typeof learned)[number]

/** Performance of a regressor before its labels come; fitted once to labelled rows. Plain JSON. */
export interface Dle {
  readonly schema: 'driftgate-dle/1'
  readonly losses: Readonly<Record<Learned, LearnedLoss>>
}

export interface LearnedLoss {
  readonly booster: RegressionBooster
  /** Mean and variance of the loss of one row of the reference. */
  readonly mean: number
  readonly variance: number
}

export interface DleEstimate {
  readonly values: DleValues
  /** Standard error of each realised metric about its estimate, for this many rows. */
  readonly samplingErrors: DleValues
}

const lossOf: Readonly<Record<Learned, RowLoss>> = rowLosses

/**
 * Direct loss estimation (NannyML's DLE): boosters learn what a row loses from its features and the prediction.
 * `columns`: the features, NaN or a negative code where one is missing. `weights` count rows more or less, as
 * `importanceWeights` of shifted inputs. Throws a RangeError for no rows, lists of different length, or a number that
 * is not finite.
 */
export function fitDle(
  columns: readonly BoosterColumn[],
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  weights?: Float64Array,
): Dle {
  checkPairs(predicted, actual)
  checkFinite(predicted, 'the prediction')
  checkFinite(actual, 'the actual value')
  const cut = cutColumns(withPrediction(columns, predicted))
  return {
    schema: 'driftgate-dle/1',
    losses: Object.fromEntries(
      learned.map((metric) => {
        const losses = Float64Array.from(actual, (y, row) =>
          lossOf[metric](y, predicted[row] as number),
        )
        const booster = fitRegression(cut, losses, weights)
        return [metric, { booster, mean: mean(losses), variance: variance(losses) }]
      }),
    ) as unknown as Dle['losses'],
  }
}

/**
 * What the metrics of rows without labels are expected to be. It rests on what rows like these lost in the reference:
 * a change of what is right for the same inputs (concept drift) it cannot see, by its nature.
 */
export function estimateDle(
  { losses }: Dle,
  columns: readonly BoosterColumn[],
  predicted: ArrayLike<number>,
): DleEstimate {
  const all = withPrediction(columns, predicted)
  const n = predicted.length
  const of = (metric: Learned) =>
    mean(regressionValues(losses[metric].booster, all).map((loss) => Math.max(0, loss)))
  const error = (metric: Learned) => Math.sqrt(losses[metric].variance / n)
  const mse = of('mse')
  return {
    values: { mae: of('mae'), mape: of('mape'), mse, rmse: Math.sqrt(mse) },
    samplingErrors: {
      mae: error('mae'),
      mape: error('mape'),
      mse: error('mse'),
      // The root's slope at the reference's mean square.
      rmse: error('mse') / (2 * Math.sqrt(losses.mse.mean)),
    },
  }
}

/** What each row is expected to lose, as its absolute error. */
export const expectedErrors = (
  { losses }: Dle,
  columns: readonly BoosterColumn[],
  predicted: ArrayLike<number>,
): Float64Array =>
  regressionValues(losses.mae.booster, withPrediction(columns, predicted)).map((loss) =>
    Math.max(0, loss),
  )

/** Columns with the prediction as one more. */
export const withPrediction = (
  columns: readonly BoosterColumn[],
  predicted: ArrayLike<number>,
): BoosterColumn[] => [...columns, { kind: 'numeric', values: Float64Array.from(predicted) }]
