import type { BoosterColumn } from '../binned-columns.ts'
import { withPrediction } from './estimator.ts'
import { cutColumns, fitRegression, regressionValues } from './regression-booster.ts'

const folds = 5

/**
 * What each labelled row is expected to lose, as its absolute error, by boosters that did not learn from it: those of the
 * other four fifths, row i in the part i modulo 5. For the gap of a `fitDle` of the same rows. Throws a RangeError for
 * fewer than ten rows.
 */
export function outOfFoldErrors(
  columns: readonly BoosterColumn[],
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
): Float64Array {
  const rows = predicted.length
  if (rows < 2 * folds) throw new RangeError(`${rows} rows are fewer than ten`)
  const all = withPrediction(columns, predicted)
  const errors = Float64Array.from(actual, (y, row) => Math.abs((predicted[row] as number) - y))
  const found = new Float64Array(rows)
  const every = Uint32Array.from({ length: rows }, (_, row) => row)
  for (let fold = 0; fold < folds; fold++) {
    const others = every.filter((row) => row % folds !== fold)
    const own = every.filter((row) => row % folds === fold)
    const booster = fitRegression(
      cutColumns(chosen(all, others)),
      Float64Array.from(others, (row) => errors[row] as number),
    )
    const values = regressionValues(booster, chosen(all, own))
    for (const [i, row] of own.entries()) found[row] = Math.max(0, values[i] as number)
  }
  return found
}

/** Some rows of columns. */
export const chosen = (columns: readonly BoosterColumn[], rows: Uint32Array): BoosterColumn[] =>
  columns.map((column) =>
    column.kind === 'numeric'
      ? { kind: 'numeric', values: Float64Array.from(rows, (row) => column.values[row] as number) }
      : { kind: 'categorical', codes: Int32Array.from(rows, (row) => column.codes[row] as number) },
  )
