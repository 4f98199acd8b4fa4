import type { Binning, CategoricalBinning, NumericBinning } from '../contracts/binning.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import { binningDigest } from './digest.ts'
import { Unseen } from './unseen.ts'
import { categoryValue, numericValue } from './values.ts'
import { WideSums } from './wide-sums.ts'

/** A scaled value beyond this is counted and not summed. */
const largestSummed = 2 ** 32

export interface NumericCounts {
  readonly kind: 'numeric'
  readonly binning: NumericBinning
  readonly edges: Float64Array
  /** 2^scale. */
  readonly factor: number
  missing: number
  nan: number
  positiveInfinity: number
  negativeInfinity: number
  below: number
  above: number
  beyond: number
  /** The smallest finite value, +Infinity without any. */
  readonly min: number
  /** The largest finite value, -Infinity without any. */
  readonly max: number
  /** Both, in an array: reading a field that changes may make a new double each time. */
  readonly extremes: Float64Array
  readonly sums: WideSums
  /** Finite values per cell; cell = count of edges <= x. */
  readonly cells: Float64Array
}

export interface CategoricalCounts {
  readonly kind: 'categorical'
  readonly binning: CategoricalBinning
  readonly index: ReadonlyMap<string, number>
  missing: number
  readonly counts: Float64Array
  readonly unseen: Unseen
}

export type FeatureCounts = NumericCounts | CategoricalCounts

/** What some rows look like under a binning. Counts are exact up to 2^53. */
export interface Profile {
  readonly binning: Binning
  rows: number
  readonly features: readonly FeatureCounts[]
}

export function createProfile(binning: Binning): Profile {
  return {
    binning,
    rows: 0,
    features: binning.features.map((feature) =>
      feature.kind === 'numeric' ? emptyNumeric(feature) : emptyCategorical(feature),
    ),
  }
}

function emptyNumeric(binning: NumericBinning): NumericCounts {
  const extremes = Float64Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
  return {
    kind: 'numeric',
    binning,
    edges: Float64Array.from(binning.edges),
    factor: 2 ** binning.scale,
    missing: 0,
    nan: 0,
    positiveInfinity: 0,
    negativeInfinity: 0,
    below: 0,
    above: 0,
    beyond: 0,
    get min() {
      return extremes[0] as number
    },
    get max() {
      return extremes[1] as number
    },
    extremes,
    sums: new WideSums(),
    cells: new Float64Array(binning.edges.length + 1),
  }
}

function emptyCategorical(binning: CategoricalBinning): CategoricalCounts {
  return {
    kind: 'categorical',
    binning,
    index: new Map(binning.categories.map((category, index) => [category, index])),
    missing: 0,
    counts: new Float64Array(binning.categories.length),
    unseen: new Unseen(),
  }
}

/** Counts one row: `values` in the order of the binning's features. Throws RECORD_MALFORMED before it counts anything. */
export function addRow(profile: Profile, values: readonly FeatureValue[]): void {
  const { features } = profile
  for (let i = 0; i < features.length; i++) {
    const feature = features[i] as FeatureCounts
    if (feature.kind === 'numeric' && numericValue(values[i]) === undefined) {
      throw new DriftgateError('RECORD_MALFORMED', {
        reason: `${feature.binning.name} holds text where a number belongs`,
      })
    }
  }
  profile.rows++
  for (let i = 0; i < features.length; i++) {
    const feature = features[i] as FeatureCounts
    if (feature.kind === 'numeric') addNumber(feature, numericValue(values[i]) as number | null)
    else addCategory(feature, categoryValue(values[i]))
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

function addCategory(counts: CategoricalCounts, category: string | null): void {
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

/** Adds `from` to `into`, exactly: any order and grouping of merges gives the same bytes. */
export function mergeProfiles(into: Profile, from: Profile): void {
  const left = binningDigest(into.binning)
  const right = binningDigest(from.binning)
  if (left !== right) throw new DriftgateError('PROFILE_BINNING_MISMATCH', { left, right })
  into.rows += from.rows
  for (const [i, feature] of into.features.entries()) {
    const other = from.features[i]
    if (feature.kind === 'numeric' && other?.kind === 'numeric') mergeNumeric(feature, other)
    else if (feature.kind === 'categorical' && other?.kind === 'categorical') {
      feature.missing += other.missing
      addArrays(feature.counts, other.counts)
      feature.unseen.merge(other.unseen)
    }
  }
}

function mergeNumeric(into: NumericCounts, from: NumericCounts): void {
  into.missing += from.missing
  into.nan += from.nan
  into.positiveInfinity += from.positiveInfinity
  into.negativeInfinity += from.negativeInfinity
  into.below += from.below
  into.above += from.above
  into.beyond += from.beyond
  into.extremes[0] = Math.min(into.min, from.min)
  into.extremes[1] = Math.max(into.max, from.max)
  into.sums.merge(from.sums)
  addArrays(into.cells, from.cells)
}

function addArrays(into: Float64Array, from: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] as number) + (from[i] as number)
}
