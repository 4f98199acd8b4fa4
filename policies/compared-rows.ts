import type { ComparisonMetric } from '../contracts/comparison.ts'
import type { ComparisonSettings } from '../contracts/comparison-settings.ts'

/** Rows of one group, by their places. */
export interface RowGroup {
  readonly name: string
  readonly rows: ArrayLike<number>
}

/** Event time, ISO 8601, both ends within. */
export interface Span {
  readonly start: string
  readonly end: string
}

/** Two versions on the same rows; which of them is older does not matter. */
export interface ComparedRows {
  /** 0 or 1, or of `mae` and `rmse` the number that was foretold. */
  readonly labels: ArrayLike<number>
  readonly candidate: ArrayLike<number>
  /** Null: the model has no champion yet. */
  readonly champion: ArrayLike<number> | null
  /** A score at or above it chooses the class 1; 0.5 unless told. */
  readonly threshold?: number
  readonly segments?: readonly RowGroup[]
  /** Groups of each protected feature. */
  readonly attributes?: readonly { readonly name: string; readonly groups: readonly RowGroup[] }[]
  readonly windows: {
    readonly heldOut: Span
    /** What either was trained on; null: nobody knows. */
    readonly candidate: Span | null
    readonly champion: Span | null
  }
  /** So many versions are held against the champion on these rows, of which the best goes on; 1 unless told. */
  readonly contenders?: number
  /** Names what is compared: the same rows under the same name give the same bytes. */
  readonly seed: string
}

export type ComparisonPolicy = Omit<ComparisonSettings, 'metric'> & {
  readonly metric: ComparisonMetric
  /** Of the model: what the fairness guard is by default. */
  readonly critical: boolean
}

/** Of an interval: of two equally good models either end leaves 0 out in at most 2.5 % of cases. */
export const level = 0.95
/** Of a guard as a whole: refusing what got worse by no more than its limit. */
export const guardTail = (1 - level) / 2

export const isRegression = (metric: ComparisonMetric): boolean =>
  metric === 'mae' || metric === 'rmse'

/** Of some rows only. */
export const taken = (values: ArrayLike<number>, rows: ArrayLike<number>): Float64Array =>
  Float64Array.from(rows, (row) => values[row] as number)

/** Four digits, and more where the number is small. */
export const text = (value: number): string => {
  const digits = value !== 0 && Math.abs(value) < 0.001 ? value.toPrecision(2) : value.toFixed(4)
  return Number(digits) === 0 ? '0.0000' : digits
}
