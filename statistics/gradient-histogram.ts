import { type BinnedColumn, missingBin } from './binned-columns.ts'

/** Per column 256 bins, per bin the sums of gradient and weight (second derivative). */
export type Histogram = Float64Array

const stride = 512

export const createHistogram = (columns: readonly BinnedColumn[]): Histogram =>
  new Float64Array(columns.length * stride)

/** The rows of one node, and their gradients and weights in the same order. */
export interface NodeRows {
  readonly rows: Uint32Array
  readonly gradients: Float64Array
  readonly weights: Float64Array
}

/** Adds the rows of one node. */
export function fillHistogram(
  histogram: Histogram,
  columns: readonly BinnedColumn[],
  { rows, gradients, weights }: NodeRows,
): void {
  for (let column = 0; column < columns.length; column++) {
    const { bins } = columns[column] as BinnedColumn
    const sums = histogram.subarray(column * stride, (column + 1) * stride)
    for (let i = 0; i < rows.length; i++) {
      const at = (bins[rows[i] as number] as number) * 2
      sums[at] = (sums[at] as number) + (gradients[i] as number)
      sums[at + 1] = (sums[at + 1] as number) + (weights[i] as number)
    }
  }
}

/** Sums over all rows of the node: those of its first column. */
export function histogramSums(histogram: Histogram): { gradient: number; weight: number } {
  let gradient = 0
  let weight = 0
  for (let at = 0; at < stride; at += 2) {
    gradient += histogram[at] as number
    weight += histogram[at + 1] as number
  }
  return { gradient, weight }
}

/** Turns the histogram of a node into that of one child, given the other's. */
export function subtractHistogram(from: Histogram, child: Histogram): void {
  for (let i = 0; i < from.length; i++) from[i] = (from[i] as number) - (child[i] as number)
}

export interface Split {
  readonly column: number
  /** Numeric: bins up to it go left. Categorical: it alone goes left. */
  readonly bin: number
  readonly missingLeft: boolean
  /** Decrease of twice the loss, to second order. */
  readonly gain: number
}

export interface SplitRules {
  /** Added to the weight of a leaf. */
  readonly penalty: number
  /** Least weight of a leaf; a row has p (1 - p), at most a quarter. */
  readonly leastWeight: number
}

/** The best split of a node of these sums, or null where none gains. Of equal ones the first. */
export function bestSplit(
  histogram: Histogram,
  columns: readonly BinnedColumn[],
  { gradient, weight }: { gradient: number; weight: number },
  { penalty, leastWeight }: SplitRules,
): Split | null {
  const whole = (gradient * gradient) / (weight + penalty)
  let best: Split | null = null
  let bestGain = 1e-9
  const consider = (column: number, bin: number, missingLeft: boolean, g: number, w: number) => {
    if (w < leastWeight || weight - w < leastWeight) return
    const rest = gradient - g
    const gain = (g * g) / (w + penalty) + (rest * rest) / (weight - w + penalty) - whole
    if (gain <= bestGain) return
    bestGain = gain
    best = { column, bin, missingLeft, gain }
  }
  for (let column = 0; column < columns.length; column++) {
    const { count, categorical } = columns[column] as BinnedColumn
    const at = column * stride
    const missingGradient = histogram[at + missingBin * 2] as number
    const missingWeight = histogram[at + missingBin * 2 + 1] as number
    const anyMissing = missingWeight > 0
    let g = 0
    let w = 0
    // The last bin, too, may be cut off: from the missing values.
    for (let bin = 0; bin < count; bin++) {
      const binGradient = histogram[at + bin * 2] as number
      const binWeight = histogram[at + bin * 2 + 1] as number
      g = categorical ? binGradient : g + binGradient
      w = categorical ? binWeight : w + binWeight
      consider(column, bin, false, g, w)
      if (anyMissing) consider(column, bin, true, g + missingGradient, w + missingWeight)
    }
  }
  return best
}
