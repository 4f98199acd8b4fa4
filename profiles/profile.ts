import type { Binning, CategoricalBinning, NumericBinning } from '../contracts/binning.ts'
import { total } from '../statistics/total.ts'
import { Unseen } from './unseen.ts'
import { WideSums } from './wide-sums.ts'

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
  // One array for the cells of all features is made faster than one for each.
  const sizes = binning.features.map((one) => (one.kind === 'numeric' ? one.edges.length + 1 : 0))
  const all = new Float64Array(total(sizes))
  let used = 0
  return {
    binning,
    rows: 0,
    features: binning.features.map((feature, i) => {
      if (feature.kind === 'categorical') return emptyCategorical(feature)
      const from = used
      used += sizes[i] as number
      return new EmptyNumeric(feature, all.subarray(from, used))
    }),
  }
}

/** Made once per feature: every part of every segment and bucket begins as an empty profile. */
const edgesKnown = new WeakMap<NumericBinning, Float64Array>()
const indexKnown = new WeakMap<CategoricalBinning, ReadonlyMap<string, number>>()

function edgesOf(binning: NumericBinning): Float64Array {
  const edges = edgesKnown.get(binning) ?? Float64Array.from(binning.edges)
  edgesKnown.set(binning, edges)
  return edges
}

function indexOf(binning: CategoricalBinning): ReadonlyMap<string, number> {
  const index =
    indexKnown.get(binning) ?? new Map(binning.categories.map((category, at) => [category, at]))
  indexKnown.set(binning, index)
  return index
}

/** A class, since getters of a literal would make every feature an object of its own shape, and counting slow. */
class EmptyNumeric implements NumericCounts {
  readonly kind = 'numeric'
  readonly binning: NumericBinning
  readonly edges: Float64Array
  readonly factor: number
  missing = 0
  nan = 0
  positiveInfinity = 0
  negativeInfinity = 0
  below = 0
  above = 0
  beyond = 0
  readonly extremes = Float64Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
  readonly sums = new WideSums()
  readonly cells: Float64Array

  constructor(binning: NumericBinning, cells: Float64Array) {
    this.binning = binning
    this.edges = edgesOf(binning)
    this.factor = 2 ** binning.scale
    this.cells = cells
  }

  get min(): number {
    return this.extremes[0] as number
  }

  get max(): number {
    return this.extremes[1] as number
  }
}

function emptyCategorical(binning: CategoricalBinning): CategoricalCounts {
  return {
    kind: 'categorical',
    binning,
    index: indexOf(binning),
    missing: 0,
    counts: new Float64Array(binning.categories.length),
    unseen: new Unseen(),
  }
}
