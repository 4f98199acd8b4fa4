import { total as totalOf } from '../statistics/total.ts'

/** Count, mean and standard deviation (population, ddof 0) of the finite values of one side. */
export interface Moments {
  readonly count: number
  readonly mean: number
  readonly sd: number
}

/** Something that is known of the reference and of the window. */
export interface Both<Value> {
  readonly reference: Value
  readonly current: Value
}

/**
 * Finite values of one numeric feature on both sides, over the same ordered cells. Raw values are the case of one
 * cell per distinct value, a profile the coarser one, so that one code compares both.
 */
export interface NumericSides {
  readonly kind: 'numeric'
  readonly feature: string
  /** Rows per cell in order of value; both of the same length, cells may be empty. */
  readonly reference: Float64Array
  readonly current: Float64Array
  /** Smallest value a cell can hold, and largest; equal where it holds one value only. */
  readonly low: Float64Array
  readonly high: Float64Array
  /**
   * `values`: one cell per distinct value, every statistic is exact. `quantiles`: the edges are quantiles of this
   * very reference. `given`: the edges were fixed before either side was drawn.
   */
  readonly cells: 'values' | 'quantiles' | 'given'
  /** Exact; null without a finite value. */
  readonly moments: Both<Moments | null>
  /** Smallest and largest finite value; null without one. */
  readonly range: Both<readonly [number, number] | null>
  /**
   * Rows below the smallest or above the largest value that the edges were made of; for raw values that is the
   * reference's own range. Absent where nobody counted them.
   */
  readonly outside?: Both<number>
  /** Rows without a usable value: missing, NaN or infinite. */
  readonly missing: Both<number>
}

export interface CategoricalSides {
  readonly kind: 'categorical'
  readonly feature: string
  /** Known categories; the last cell of both sides holds all unseen ones together. */
  readonly categories: readonly string[]
  readonly reference: Float64Array
  readonly current: Float64Array
  /** Unseen categories of the window, the most frequent first; not all of them. */
  readonly unseen: readonly string[]
  /**
   * Rows of the window in unseen categories, one number per category whose rows are known; at most all of them. Absent:
   * only their sum is known.
   */
  readonly unseenCounts?: readonly number[]
  readonly missing: Both<number>
}

/** One feature of the reference and of the window, as every comparing detector sees it. */
export type Sides = NumericSides | CategoricalSides

let last: { readonly sides: Sides; readonly rows: Both<number> } | undefined

/** Rows with a usable value, per side. All detectors ask it of one feature before they go on: the last answer is kept. */
export function usable(sides: Sides): Both<number> {
  if (last?.sides !== sides) {
    const rows = { reference: totalOf(sides.reference), current: totalOf(sides.current) }
    last = { sides, rows }
  }
  return last.rows
}

/** All rows that were counted for the feature, per side. */
export function rowsOf(sides: Sides): Both<number> {
  const { reference, current } = usable(sides)
  return {
    reference: reference + sides.missing.reference,
    current: current + sides.missing.current,
  }
}

export { totalOf }

/** Effective sample size of a two-sample comparison, nm / (n + m). */
export const effectiveSize = (n: number, m: number): number => (n * m) / (n + m)
