import { mean } from '../mean-variance.ts'

/**
 * Mean of a metric over the chunks of a reference, and three standard deviations (of the chunks, divided by their
 * number) to either side: where NannyML alarms. Chunks without a value are left out. These are chunks that the mean
 * contains, so that few of them give more alarms than three standard deviations promise; our own verdicts do not use it.
 */
export function chunkThresholds(
  values: readonly number[],
  { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = {},
): { lower: number; upper: number } {
  const known = values.filter((value) => !Number.isNaN(value))
  const centre = mean(known)
  const sd = Math.sqrt(mean(known.map((value) => (value - centre) ** 2)))
  return { lower: Math.max(least, centre - 3 * sd), upper: Math.min(most, centre + 3 * sd) }
}
