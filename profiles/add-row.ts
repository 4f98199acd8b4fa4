import { DriftgateError } from '../contracts/errors.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import type { CategoricalCounts, FeatureCounts, NumericCounts, Profile } from './profile.ts'
import { categoryValue, numericValue } from './values.ts'

/** A scaled value beyond this is counted and not summed. */
const largestSummed = 2 ** 32

/** Counts one row: `values` in the order of the binning's features. Throws RECORD_MALFORMED before it counts anything. */
export function addRow(profile: Profile, values: readonly FeatureValue[]): void {
  const { features } = profile
  mustFit(profile, values)
  profile.rows++
  for (let i = 0; i < features.length; i++) {
    const feature = features[i] as FeatureCounts
    if (feature.kind === 'numeric') addNumber(feature, numericValue(values[i]) as number | null)
    else addCategory(feature, categoryValue(values[i]))
  }
}

/** Throws RECORD_MALFORMED for a text where a number belongs. */
export function mustFit({ features }: Profile, values: readonly FeatureValue[]): void {
  for (let i = 0; i < features.length; i++) {
    const feature = features[i] as FeatureCounts
    if (feature.kind === 'numeric' && numericValue(values[i]) === undefined) {
      throw new DriftgateError('RECORD_MALFORMED', {
        reason: `${feature.binning.name} holds text where a number belongs`,
      })
    }
  }
}

function addNumber(counts: NumericCounts, value: number | null): void {
  if (value === null) {
    counts.missing++
    return
  }
  if (!Number.isFinite(value)) {
    if (value > 0) counts.positiveInfinity++
    else if (value < 0) counts.negativeInfinity++
    else counts.nan++
    return
  }
  // -0 counts as 0. Not value + 0: the sum would be a new double.
  const x = value === 0 ? 0 : value
  if (x < counts.binning.minimum) counts.below++
  else if (x > counts.binning.maximum) counts.above++
  const { extremes } = counts
  if (x < (extremes[0] as number)) extremes[0] = x
  if (x > (extremes[1] as number)) extremes[1] = x
  // cellOf, written out: a double that is handed to a function may be allocated.
  const { edges } = counts
  let cell = 0
  for (let high = edges.length; cell < high; ) {
    const middle = (cell + high) >>> 1
    if ((edges[middle] as number) <= x) cell = middle + 1
    else high = middle
  }
  counts.cells[cell] = (counts.cells[cell] as number) + 1
  const scaled = x * counts.factor
  if (Math.abs(scaled) > largestSummed) counts.beyond++
  else counts.sums.add(Math.floor(scaled + 0.5))
}

export function addCategory(counts: CategoricalCounts, category: string | null): void {
  if (category === null) {
    counts.missing++
    return
  }
  const index = counts.index.get(category)
  if (index === undefined) counts.unseen.add(category, 1)
  else counts.counts[index] = (counts.counts[index] as number) + 1
}

/** Number of edges <= x, by binary search. */
export function cellOf(edges: Float64Array, x: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((edges[middle] as number) <= x) low = middle + 1
    else high = middle
  }
  return low
}
