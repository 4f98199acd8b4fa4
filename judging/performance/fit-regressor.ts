import type { LabelSettings } from '../../contracts/label-settings.ts'
import { fitGap } from '../../statistics/concept/gap.ts'
import {
  type Dle,
  type DleValues,
  estimateDle,
  expectedErrors,
  fitDle,
} from '../../statistics/dle/estimator.ts'
import { chosen, outOfFoldErrors } from '../../statistics/dle/out-of-fold-errors.ts'
import { mean, variance } from '../../statistics/mean-variance.ts'
import { regressionMetrics } from '../../statistics/metrics/regression.ts'
import { type FittedGroup, rowsNeeded, type SampledReferenceRow } from './estimator.ts'
import { columnsOf, type LearnedFeature } from './feature-columns.ts'
import { bySegment } from './reference-rows.ts'

export interface FittedRegressor {
  readonly dle: Dle
  readonly groups: readonly FittedGroup[]
}

/** What rows lose, learned from all of them; null where these are too few. */
export function fitRegressor(
  rows: readonly SampledReferenceRow[],
  features: readonly LearnedFeature[],
  settings: LabelSettings,
): FittedRegressor | null {
  const needed = rowsNeeded(settings)
  if (rows.length < needed) return null
  const columns = columnsOf(
    features,
    rows.map(({ values }) => values),
  )
  const predicted = Float64Array.from(rows, ({ score }) => score)
  const actual = Float64Array.from(rows, ({ label }) => label)
  const dle = fitDle(columns, predicted, actual)
  const unseen = outOfFoldErrors(columns, predicted, actual)
  const errors = predicted.map((value, row) => Math.abs(value - (actual[row] as number)))
  const learned = expectedErrors(dle, columns, predicted)
  const places = new Map(rows.map((row, place) => [row, place]))
  const groups = bySegment(rows)
    .filter(([, own]) => own.length >= needed)
    .map(([segment, own]): FittedGroup => {
      const chosenRows = Uint32Array.from(own, (row) => places.get(row) as number)
      const of = (values: Float64Array) =>
        Float64Array.from(chosenRows, (row) => values[row] as number)
      const [realised, estimated] = [of(errors), of(learned)]
      return {
        ...{ segment, labels: own.length, cbpe: null },
        loss: {
          ...{ name: 'absolute_error' as const, realised: mean(realised) },
          rowVariance: variance(realised),
          estimated: { mean: mean(estimated), variance: variance(estimated) / own.length },
        },
        gap: fitGap(of(unseen), realised),
        shift: shiftOf(
          estimateDle(dle, chosen(columns, chosenRows), of(predicted)).values,
          regressionMetrics(of(actual), of(predicted)),
        ),
      }
    })
  return { dle, groups }
}

const shiftOf = (estimated: DleValues, realised: Omit<DleValues, 'rmse'>): DleValues => ({
  mae: realised.mae - estimated.mae,
  mape: realised.mape - estimated.mape,
  mse: realised.mse - estimated.mse,
  rmse: 0,
})
