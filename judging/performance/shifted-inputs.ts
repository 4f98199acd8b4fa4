import type { WeightedEstimate } from '../../contracts/estimate.ts'
import type { BoosterColumn } from '../../statistics/binned-columns.ts'
import { importanceWeights } from '../../statistics/importance-weights.ts'
import type { KnownRow } from './estimate-numbers.ts'
import { fewestRows, type SampledReferenceRow } from './estimator.ts'
import { columnsOf, type LearnedFeature } from './feature-columns.ts'

export interface ShiftedInputs extends Pick<WeightedEstimate, 'apart' | 'effectiveRows'> {
  readonly weights: Float64Array
}

/**
 * How often rows like those of the reference occur in a window, where its inputs can be told from the reference's: null
 * where they cannot, or of either side too few rows are known.
 */
export function shiftedInputs(
  reference: readonly SampledReferenceRow[],
  rows: readonly KnownRow[],
  features: readonly LearnedFeature[],
  next: () => number,
): ShiftedInputs | null {
  if (reference.length < fewestRows || rows.length < fewestRows) return null
  const both = [...reference, ...rows]
  const score: BoosterColumn = {
    kind: 'numeric',
    values: Float64Array.from(both, (row) => row.score),
  }
  const columns = columnsOf(
    features,
    both.map(({ values }) => values),
  )
  const found = importanceWeights([...columns, score], reference.length, next)
  return found.apart.low > 0.5 ? found : null
}
