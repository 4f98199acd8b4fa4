import type { MeasuredMetric } from '../../contracts/performance.ts'
import { normalQuantile } from '../../statistics/special.ts'

const reach = normalQuantile(0.975)

export interface EstimatedValue {
  readonly name: string
  /** NaN: not defined. */
  readonly value: number
  /** Of the metric that labels later show, what one row of the reference adds to it; NaN: not known. */
  readonly rowVariance: number
}

/**
 * Metrics with the interval in which labels of the same rows will find them in 95 % of windows, where nothing changed of
 * what follows from a score: by the sampling error of so many rows, and of the reference, which is known from `labels`
 * rows alone. Never outside of `bounds`.
 */
export const withIntervals = (
  values: readonly EstimatedValue[],
  { rows, labels }: { readonly rows: number; readonly labels: number },
  [least, most]: readonly [number, number],
): MeasuredMetric[] =>
  values.map(({ name, value, rowVariance }) => {
    if (!Number.isFinite(value)) return { name, value: null, low: null, high: null }
    if (!Number.isFinite(rowVariance)) return { name, value, low: null, high: null }
    const half = reach * Math.sqrt(rowVariance / rows + rowVariance / labels)
    return { name, value, low: Math.max(least, value - half), high: Math.min(most, value + half) }
  })
