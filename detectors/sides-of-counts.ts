import {
  type CategoricalCounts,
  type FeatureCounts,
  moments,
  type NumericCounts,
  nextAbove,
} from '../profiles/index.ts'
import type { NumericSides, Sides } from './sides.ts'

/**
 * Two profiles of one feature under the same binning. `cells` says where the edges come from: `quantiles` when
 * they are those of this very reference, `given` when the reference is another one than the binning was built of.
 */
export function sidesOfCounts(
  reference: FeatureCounts,
  current: FeatureCounts,
  cells: 'quantiles' | 'given' = 'quantiles',
): Sides {
  const feature = reference.binning.name
  const missing = { reference: missingOf(reference), current: missingOf(current) }
  if (reference.kind === 'categorical' || current.kind === 'categorical') {
    const [before, now] = [reference, current] as [CategoricalCounts, CategoricalCounts]
    const unseen = now.unseen.entries().toSorted((left, right) => right.count - left.count)
    return {
      kind: 'categorical',
      feature,
      categories: before.binning.categories,
      reference: withUnseen(before),
      current: withUnseen(now),
      unseen: unseen.map(({ category }) => category),
      // With unseen ones in the reference too, the list of categories is older than both sides: one cell is fair.
      ...(before.unseen.total === 0 && { unseenCounts: unseen.map(({ count }) => count) }),
      missing,
    }
  }
  const range = { reference: rangeOf(reference), current: rangeOf(current) }
  return {
    kind: 'numeric',
    feature,
    reference: reference.cells,
    current: current.cells,
    ...boundsOf(
      reference.edges,
      Math.min(reference.min, current.min),
      Math.max(reference.max, current.max),
    ),
    cells,
    moments: { reference: moments(reference), current: moments(current) },
    range,
    outside: {
      reference: reference.below + reference.above,
      current: current.below + current.above,
    },
    missing,
  }
}

/** Rows in which the feature has no usable value: missing, NaN, or infinite. */
const missingOf = (counts: FeatureCounts): number =>
  counts.kind === 'categorical'
    ? counts.missing
    : counts.missing + counts.nan + counts.positiveInfinity + counts.negativeInfinity

/** Counts of known categories, and last of all unseen ones together. */
export function withUnseen(counts: CategoricalCounts): Float64Array {
  const cells = new Float64Array(counts.counts.length + 1)
  cells.set(counts.counts)
  cells[counts.counts.length] = counts.unseen.total
  return cells
}

/** Bounds of the cells between edges; the outer cells end at the smallest and largest value seen. */
export function boundsOf(
  edges: Float64Array,
  min: number,
  max: number,
): Pick<NumericSides, 'low' | 'high'> {
  const known = innerBounds(edges)
  const cells = edges.length + 1
  // One array is made faster than two.
  const both = new Float64Array(2 * cells)
  const low = both.subarray(0, cells)
  const high = both.subarray(cells)
  low.set(known.low)
  high.set(known.high)
  const first = edges[0] ?? min
  const last = edges[edges.length - 1] ?? max
  low[0] = Math.min(min, first)
  high[edges.length] = Math.max(max, last)
  return { low, high }
}

const knownBounds = new WeakMap<Float64Array, Pick<NumericSides, 'low' | 'high'>>()

/** The bounds that edges alone fix, made once: all profiles of a binning share their edges. */
function innerBounds(edges: Float64Array): Pick<NumericSides, 'low' | 'high'> {
  const found = knownBounds.get(edges)
  if (found !== undefined) return found
  const low = new Float64Array(edges.length + 1)
  const high = new Float64Array(edges.length + 1)
  low.set(edges, 1)
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i] as number
    // A point mass has the pair of its value and the next double above it.
    const point = i > 0 && nextAbove(edges[i - 1] as number) === edge
    high[i] = point ? (edges[i - 1] as number) : edge
  }
  const made = { low, high }
  knownBounds.set(edges, made)
  return made
}

const rangeOf = ({ min, max }: NumericCounts): readonly [number, number] | null =>
  min <= max ? [min, max] : null
