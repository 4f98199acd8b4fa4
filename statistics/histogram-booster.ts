import type { BinnedColumn } from './binned-columns.ts'
import { type BinnedNode, goesLeft, growTree } from './gradient-tree.ts'

export interface BoosterSettings {
  readonly trees: number
  readonly leaves: number
  readonly rate: number
  readonly penalty: number
  /** Least sum of p (1 - p) in a leaf: 5 are twenty rows at p = 1/2. */
  readonly leastWeight: number
}

export const boosterDefaults: BoosterSettings = {
  trees: 100,
  leaves: 31,
  rate: 0.1,
  penalty: 1,
  leastWeight: 5,
}

/** Trees over binned columns whose leaf values add up to log-odds. */
export interface HistogramBooster {
  readonly baseline: number
  readonly trees: readonly (readonly BinnedNode[])[]
  /** Per column the sum of what its splits gained. */
  readonly gains: Float64Array
}

/**
 * Fits gradient-boosted trees for the logarithmic loss of a 0/1 label to the given rows of binned columns (Friedman,
 * Annals of Statistics 29, 2001; leaves by second-order steps as in Chen and Guestrin, KDD 2016; leaf-wise over
 * histograms as in Ke et al., NIPS 2017). Draws nothing: the same input gives the same trees. A missing value goes
 * to the side where it gains more; a category is split off by itself. O(trees log(leaves) rows columns); 60,000 rows
 * of 8 columns take under two seconds. Throws a
 * RangeError without a row or a column.
 */
export function fitBooster(
  columns: readonly BinnedColumn[],
  labels: Uint8Array,
  rows: Uint32Array,
  settings: Partial<BoosterSettings> = {},
): HistogramBooster {
  if (columns.length === 0 || rows.length === 0)
    throw new RangeError('there is nothing to learn from')
  const rules = { ...boosterDefaults, ...settings }
  const positives = rows.reduce((sum, row) => sum + (labels[row] as number), 0)
  const gains = new Float64Array(columns.length)
  // One row of each kind is added, so that a single class has finite log-odds.
  const baseline = Math.log((positives + 1) / (rows.length - positives + 1))
  const scores = new Float64Array(rows.length).fill(baseline)
  const gradients = new Float64Array(rows.length)
  const weights = new Float64Array(rows.length)
  const learned = columns.map((column) => chosenRows(column, rows))
  const trees: BinnedNode[][] = []
  for (let tree = 0; tree < rules.trees; tree++) {
    for (let i = 0; i < rows.length; i++) {
      const p = 1 / (1 + Math.exp(-(scores[i] as number)))
      gradients[i] = p - (labels[rows[i] as number] as number)
      weights[i] = p * (1 - p)
    }
    const nodes = growTree({ columns: learned, gradients, weights, scores }, rules)
    // A tree that is one leaf: there is nothing left to learn.
    if (nodes.length === 1) break
    for (const node of nodes) {
      if ('split' in node) {
        gains[node.split.column] = (gains[node.split.column] as number) + node.split.gain
      }
    }
    trees.push(nodes)
  }
  return { baseline, trees, gains }
}

function chosenRows(column: BinnedColumn, rows: Uint32Array): BinnedColumn {
  const bins = new Uint8Array(rows.length)
  for (let i = 0; i < rows.length; i++) bins[i] = column.bins[rows[i] as number] as number
  return { ...column, bins }
}

/** What the trees add up to, as log-odds of label 1, for the given rows of columns binned together with those it was fitted to. */
export function boosterScores(
  { baseline, trees }: Pick<HistogramBooster, 'baseline' | 'trees'>,
  columns: readonly BinnedColumn[],
  rows: Uint32Array,
): Float64Array {
  const scores = new Float64Array(rows.length).fill(baseline)
  for (const nodes of trees) {
    for (let i = 0; i < rows.length; i++) {
      let node = nodes[0] as BinnedNode
      while ('split' in node) {
        const { bins, categorical } = columns[node.split.column] as BinnedColumn
        const left = goesLeft(node.split, categorical, bins[rows[i] as number] as number)
        node = nodes[left ? node.left : node.right] as BinnedNode
      }
      scores[i] = (scores[i] as number) + node.value
    }
  }
  return scores
}
