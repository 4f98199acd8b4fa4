/** A metric with its 95 % interval, or why there is none. */
export type MetricEstimate =
  | {
      readonly value: number
      readonly interval: readonly [number, number]
      /** Hits and rows, where the metric is the rate of independent rows. */
      readonly rate?: readonly [number, number]
      readonly method: IntervalMethod
    }
  | {
      readonly value: number | null
      readonly interval: null
      /** `INSUFFICIENT_LABELS`: too few labelled rows of a kind that the metric needs. `UNDEFINED`: no number at all. */
      readonly why: 'INSUFFICIENT_LABELS' | 'UNDEFINED'
    }

/**
 * `wilson` rates, `newcombe` means of two rates, `delong`, `order statistics`, `cells` of the calibration error, `hall`
 * the mean of squares, `bca`.
 */
export type IntervalMethod =
  | 'wilson'
  | 'newcombe'
  | 'delong'
  | 'order statistics'
  | 'cells'
  | 'hall'
  | 'bca'

/** Realised performance of one window and segment. */
export type Performance<Metric extends string = string> =
  | { readonly state: 'INSUFFICIENT_LABELS'; readonly rows: number; readonly needed: number }
  | {
      readonly state: 'measured'
      readonly rows: number
      readonly metrics: Readonly<Record<Metric, MetricEstimate>>
    }

export interface PerformanceOptions {
  /** Uniform numbers in [0, 1), for the bootstrap. */
  readonly next: () => number
  /** A key per row: rows of the same key count as one draw, and every interval is a bootstrap over keys. */
  readonly keys?: ArrayLike<number | string>
  /** Labelled rows, or keys, without which nothing is said. */
  readonly needed?: number
  readonly resamples?: number
}

/** Below this many labelled rows coverage is not promised. */
export const neededLabels = 100
/** Rows of a class, or of a prediction, below which a metric that is about them is not said. */
export const neededOfKind = 10

export const tooFew: MetricEstimate = { value: null, interval: null, why: 'INSUFFICIENT_LABELS' }

/** Clusters of rows by their keys. */
export function clustersByKey(
  keys: ArrayLike<number | string> | undefined,
): { of: Int32Array; count: number } | undefined {
  if (keys === undefined) return undefined
  const known = new Map<number | string, number>()
  const of = Int32Array.from({ length: keys.length }, (_, row) => {
    const key = keys[row] as number | string
    const id = known.get(key) ?? known.size
    known.set(key, id)
    return id
  })
  return { of, count: known.size }
}
