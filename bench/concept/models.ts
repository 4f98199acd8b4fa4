import { type BoosterColumn, binAsCut, cutsOf } from '../../statistics/binned-columns.ts'
import {
  cutColumns,
  fitRegression,
  regressionValues,
} from '../../statistics/dle/regression-booster.ts'
import { boosterScores, fitBooster } from '../../statistics/histogram-booster.ts'

/** Rows to what is predicted of them. */
export type Model = (columns: readonly BoosterColumn[]) => Float64Array

/** The project's own booster for a number. */
export function regressor(columns: readonly BoosterColumn[], target: Float64Array): Model {
  const booster = fitRegression(cutColumns(columns), target)
  return (rows) => regressionValues(booster, rows)
}

/** The project's own booster for a label 0 or 1; it answers with probabilities. */
export function classifier(columns: readonly BoosterColumn[], labels: ArrayLike<number>): Model {
  const cuts = columns.map((column) => cutsOf(column))
  const binned = (rows: readonly BoosterColumn[]) =>
    rows.map((column, i) => binAsCut(column, cuts[i] as (typeof cuts)[number]))
  const all = (count: number) => Uint32Array.from({ length: count }, (_, row) => row)
  const booster = fitBooster(binned(columns), Uint8Array.from(labels), all(labels.length))
  return (rows) => {
    const cut = binned(rows)
    return boosterScores(booster, cut, all(cut[0]?.bins.length ?? 0)).map(
      (score) => 1 / (1 + Math.exp(-score)),
    )
  }
}

/**
 * What models say of rows that they did not learn from: each fold by what was fitted to the others. Folds are stretches
 * of time, since the next hour says almost what this one does.
 */
export function outOfFold(
  columns: readonly BoosterColumn[],
  foldOf: ArrayLike<number>,
  fit: (columns: readonly BoosterColumn[], rows: readonly number[]) => Model,
): Float64Array {
  const found = new Float64Array(foldOf.length)
  const of = (wanted: (fold: number) => boolean) =>
    Array.from(foldOf, (fold, row) => (wanted(fold) ? row : -1)).filter((row) => row >= 0)
  for (const fold of new Set(Array.from(foldOf))) {
    const left = of((one) => one === fold)
    const kept = of((one) => one !== fold)
    const values = fit(chosen(columns, kept), kept)(chosen(columns, left))
    for (const [i, row] of left.entries()) found[row] = values[i] as number
  }
  return found
}

export const chosen = (
  columns: readonly BoosterColumn[],
  rows: readonly number[],
): BoosterColumn[] =>
  columns.map((column) =>
    column.kind === 'numeric'
      ? { kind: 'numeric', values: Float64Array.from(rows, (row) => column.values[row] as number) }
      : { kind: 'categorical', codes: Int32Array.from(rows, (row) => column.codes[row] as number) },
  )
