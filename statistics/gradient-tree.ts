import { type BinnedColumn, missingBin } from './binned-columns.ts'
import {
  bestSplit,
  createHistogram,
  fillHistogram,
  type Histogram,
  histogramSums,
  type NodeRows,
  type Split,
  type SplitRules,
  subtractHistogram,
} from './gradient-histogram.ts'

/** A node of a tree over bins: a leaf's value in log-odds, or a split with the positions of its children. */
export type BinnedNode =
  | { readonly value: number }
  | { readonly split: Split; readonly left: number; readonly right: number }

export interface TreeRules extends SplitRules {
  readonly leaves: number
  /** Share of a leaf's best value that is taken. */
  readonly rate: number
}

/** Rows to learn from; `scores` is raised by the value of each row's leaf. */
export interface TreeTask {
  readonly columns: readonly BinnedColumn[]
  readonly gradients: Float64Array
  readonly weights: Float64Array
  readonly scores: Float64Array
}

interface Leaf {
  readonly node: number
  /** Its rows are those at start ... end - 1 of the tree's order. */
  readonly start: number
  readonly end: number
  readonly sums: { readonly gradient: number; readonly weight: number }
  readonly histogram: Histogram
  /** null: the leaf stays one. */
  readonly split: Split | null
}

/** Grows one tree, best leaf first, until no split gains or it has its leaves. */
export function growTree(task: TreeTask, rules: TreeRules): BinnedNode[] {
  const { columns, gradients } = task
  const order = Uint32Array.from(gradients, (_, row) => row)
  const spare = new Uint32Array(order.length)
  const gathered = gatherer(task)
  const nodes: BinnedNode[] = [{ value: 0 }]
  const leafOf = (node: number, start: number, end: number, histogram: Histogram): Leaf => {
    const sums = histogramSums(histogram)
    return { node, start, end, sums, histogram, split: bestSplit(histogram, columns, sums, rules) }
  }
  const fill = (start: number, end: number): Histogram => {
    const histogram = createHistogram(columns)
    fillHistogram(histogram, columns, gathered(order.subarray(start, end)))
    return histogram
  }

  const leaves = [leafOf(0, 0, order.length, fill(0, order.length))]
  while (leaves.length < rules.leaves) {
    const best = leaves.reduce((left, right) =>
      (right.split?.gain ?? 0) > (left.split?.gain ?? 0) ? right : left,
    )
    if (best.split === null) break
    const { start, end, histogram } = best
    const column = columns[best.split.column] as BinnedColumn
    const cut = start + partition(column, best.split, order.subarray(start, end), spare)
    const leftIsSmaller = (cut - start) * 2 <= end - start
    const smaller = leftIsSmaller ? fill(start, cut) : fill(cut, end)
    subtractHistogram(histogram, smaller)
    const [left, right] = leftIsSmaller ? [smaller, histogram] : [histogram, smaller]
    nodes[best.node] = { split: best.split, left: nodes.length, right: nodes.length + 1 }
    leaves[leaves.indexOf(best)] = leafOf(nodes.length, start, cut, left)
    leaves.push(leafOf(nodes.length + 1, cut, end, right))
    nodes.push({ value: 0 }, { value: 0 })
  }
  for (const { node, start, end, sums } of leaves) {
    const value = (-rules.rate * sums.gradient) / (sums.weight + rules.penalty)
    nodes[node] = { value }
    raise(task.scores, order.subarray(start, end), value)
  }
  return nodes
}

/** Copies the gradients and weights of a node's rows side by side, into the same memory each time. */
function gatherer({ gradients, weights }: TreeTask): (rows: Uint32Array) => NodeRows {
  const memory = [new Float64Array(gradients.length), new Float64Array(gradients.length)] as const
  return (rows) => {
    const [g, w] = memory
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      g[i] = gradients[row] as number
      w[i] = weights[row] as number
    }
    return { rows, gradients: g, weights: w }
  }
}

function raise(scores: Float64Array, rows: Uint32Array, value: number): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    scores[row] = (scores[row] as number) + value
  }
}

/** Puts the rows that go left first, each side in its old order; returns how many there are. */
function partition(
  { bins, categorical }: BinnedColumn,
  split: Split,
  rows: Uint32Array,
  spare: Uint32Array,
): number {
  const isLeft = Uint8Array.from({ length: 256 }, (_, bin) =>
    goesLeft(split, categorical, bin) ? 1 : 0,
  )
  let left = 0
  let right = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    if (isLeft[bins[row] as number] === 1) rows[left++] = row
    else spare[right++] = row
  }
  rows.set(spare.subarray(0, right), left)
  return left
}

export const goesLeft = (
  { bin, missingLeft }: Split,
  categorical: boolean,
  value: number,
): boolean => (value === missingBin ? missingLeft : categorical ? value === bin : value <= bin)
