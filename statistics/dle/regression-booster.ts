import {
  type BinnedColumn,
  type BoosterColumn,
  binAsCut,
  type ColumnCuts,
  cutsOf,
} from '../binned-columns.ts'
import { type BinnedNode, growTree } from '../gradient-tree.ts'
import { boosterScores } from '../histogram-booster.ts'
import { total } from '../total.ts'

/** Trees whose leaf values add up to a number. Plain JSON. */
export interface RegressionBooster {
  readonly cuts: readonly ColumnCuts[]
  readonly baseline: number
  readonly trees: readonly (readonly BinnedNode[])[]
}

/** LightGBM's own, so that estimates of the two agree. */
const rules = { leaves: 31, rate: 0.1, penalty: 0, leastWeight: 20 }
const trees = 100

/** Columns cut once, for several targets of the same rows. */
export interface CutColumns {
  readonly cuts: readonly ColumnCuts[]
  readonly binned: readonly BinnedColumn[]
}

/** Infinite values are cut off from no edge: JSON has no infinity. */
export function cutColumns(columns: readonly BoosterColumn[]): CutColumns {
  const cuts = columns.map((column): ColumnCuts => {
    const found = cutsOf(column)
    return found.kind === 'numeric'
      ? { ...found, edges: found.edges.filter(Number.isFinite) }
      : found
  })
  return { cuts, binned: columns.map((column, i) => binAsCut(column, cuts[i] as ColumnCuts)) }
}

/**
 * Gradient-boosted trees for the squared error of a target (as `fitBooster`, whose loss is logarithmic). `weights` say
 * how much a row counts; a leaf keeps a weight of 20. Draws nothing. Throws a RangeError without a row or a column.
 */
export function fitRegression(
  { cuts, binned }: CutColumns,
  target: Float64Array,
  weights?: Float64Array,
): RegressionBooster {
  if (binned.length === 0 || target.length === 0) {
    throw new RangeError('there is nothing to learn from')
  }
  const counted = weights ?? new Float64Array(target.length).fill(1)
  const baseline = total(target.map((y, row) => y * (counted[row] as number))) / total(counted)
  const scores = new Float64Array(target.length).fill(baseline)
  const gradients = new Float64Array(target.length)
  const grown: BinnedNode[][] = []
  for (let tree = 0; tree < trees; tree++) {
    for (let row = 0; row < target.length; row++) {
      gradients[row] =
        ((scores[row] as number) - (target[row] as number)) * (counted[row] as number)
    }
    const nodes = growTree({ columns: binned, gradients, weights: counted, scores }, rules)
    if (nodes.length === 1) break
    grown.push(nodes)
  }
  return { cuts, baseline, trees: grown }
}

/** Values for rows of columns in the order of those that it was fitted to. O(trees x depth) a row. */
export function regressionValues(
  { cuts, ...booster }: RegressionBooster,
  columns: readonly BoosterColumn[],
): Float64Array {
  const binned = columns.map((column, i) => binAsCut(column, cuts[i] as ColumnCuts))
  const rows = Uint32Array.from({ length: binned[0]?.bins.length ?? 0 }, (_, row) => row)
  return boosterScores(booster, binned, rows)
}
