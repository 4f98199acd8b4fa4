import { cellOf, type NumericCounts, numericValue } from '../profiles/index.ts'
import { kolmogorovSmirnov } from '../statistics/kolmogorov-smirnov.ts'
import { quantiles } from './quantiles.ts'
import type { Bucket } from './unit-change-input.ts'

/** Sampled values of one feature in one bucket; each stands for `weight` rows. */
export interface SampledValues {
  readonly values: readonly number[]
  readonly weight: number
}

/** The outermost hundredths are left out: the outer cells of a profile know their ends, not their shape. */
const centre = [0.01, 0.99] as const

export function sampledValues({ sample, profile }: Bucket, index: number): SampledValues {
  const values = sample
    .map((row) => numericValue(row.values[index]))
    .filter((value): value is number => value != null && Number.isFinite(value))
  return { values, weight: profile.rows / Math.max(1, sample.length) }
}

/**
 * First Wasserstein distance from a reference, over its central 98 %: the mean distance between values of the
 * same rank, in the feature's own unit.
 */
export function transportDistance(
  reference: NumericCounts,
  parts: readonly SampledValues[],
): number {
  const rows = parts
    .flatMap(({ values, weight }) => values.map((value) => ({ value, weight })))
    .sort((left, right) => left.value - right.value)
  const whole = rows.reduce((sum, { weight }) => sum + weight, 0)
  let passed = 0
  const ranked = rows
    .map(({ value, weight }) => {
      passed += weight
      return { value, weight, rank: (passed - weight / 2) / whole }
    })
    .filter(({ rank }) => rank >= centre[0] && rank <= centre[1])
  const at = quantiles(
    reference,
    ranked.map(({ rank }) => rank),
  )
  const weights = ranked.reduce((sum, { weight }) => sum + weight, 0)
  return (
    ranked.reduce((sum, { value, weight }, i) => {
      return sum + weight * Math.abs(value - (at[i] as number))
    }, 0) / weights
  )
}

/** Kolmogorov-Smirnov distance of sampled values from a reference, over the reference's cells. */
export function cellDistance(reference: NumericCounts, parts: readonly SampledValues[]): number {
  const cells = new Float64Array(reference.cells.length)
  for (const { values, weight } of parts) {
    for (const value of values) {
      const cell = cellOf(reference.edges, value)
      cells[cell] = (cells[cell] as number) + weight
    }
  }
  return kolmogorovSmirnov(reference.cells, cells).distance
}
