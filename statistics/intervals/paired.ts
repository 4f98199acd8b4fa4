import { type BootstrapOptions, bootstrapIntervals, type WeightedMetric } from './bootstrap.ts'

/** Two models over the same rows, the second less the first. */
export interface PairedDifference {
  readonly difference: number
  readonly low: number
  readonly high: number
}

/**
 * Difference of a metric of two models over the same rows, which are drawn together: what makes a row hard for both
 * cancels. null where either is undefined. For areas under the curve see `pairedAuc`.
 */
export function pairedDifferences(
  pairs: readonly { readonly first: WeightedMetric; readonly second: WeightedMetric }[],
  options: BootstrapOptions,
): (PairedDifference | null)[] {
  const gaps = pairs.map(
    ({ first, second }): WeightedMetric =>
      (weights) =>
        second(weights) - first(weights),
  )
  return bootstrapIntervals(gaps, options).map((found) =>
    found === null ? null : { difference: found.value, low: found.low, high: found.high },
  )
}
