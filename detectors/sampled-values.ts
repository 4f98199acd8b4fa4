import { cellOf, type NumericCounts, numericValue } from '../profiles/index.ts'
import { kolmogorovSmirnov } from '../statistics/kolmogorov-smirnov.ts'
import { orderedOf, quantiles } from './quantiles.ts'
import type { Bucket } from './unit-change-input.ts'

/** Sampled values of one feature in one bucket; each stands for `weight` rows. */
export interface SampledValues {
  readonly values: readonly number[]
  readonly weight: number
}

/** A sampled value and what the reference holds at the same rank. */
interface Ranked {
  readonly value: number
  readonly weight: number
  readonly expected: number
}

/** The outermost hundredths are left out: the outer cells of a profile know their ends, not their shape. */
const [lowest, highest] = [0.01, 0.99]

export function sampledValues({ sample, profile }: Bucket, index: number): SampledValues {
  const values = sample
    .map((row) => numericValue(row.values[index]))
    .filter((value): value is number => value != null && Number.isFinite(value))
  return { values, weight: profile.rows / Math.max(1, sample.length) }
}

function ranked(reference: NumericCounts, parts: readonly SampledValues[]): Ranked[] {
  const rows = parts
    .flatMap(({ values, weight }) => values.map((value) => ({ value, weight, rank: 0 })))
    .sort((left, right) => left.value - right.value)
  const whole = rows.reduce((sum, { weight }) => sum + weight, 0)
  let passed = 0
  for (const row of rows) {
    row.rank = (passed + row.weight / 2) / whole
    passed += row.weight
  }
  const central = rows.filter(({ rank }) => rank >= lowest && rank <= highest)
  const expected = quantiles(
    orderedOf(reference),
    central.map(({ rank }) => rank),
  )
  return central.map(({ value, weight }, i) => ({ value, weight, expected: expected[i] as number }))
}

/**
 * First Wasserstein distance of samples from a reference, over its central 98 %: the mean distance between values
 * of the same rank, in the feature's own unit; less what chance leaves between two samples of the reference.
 */
export function transportDistance(
  reference: NumericCounts,
  parts: readonly SampledValues[],
): number {
  const rows = ranked(reference, parts)
  const distance = weightedMean(rows, ({ value, expected }) => Math.abs(value - expected))
  return Math.max(0, distance - chanceDistance(reference) * Math.sqrt(1 / effectiveRows(rows)))
}

/** Mean Wasserstein distance of a sample of n from its own law, times sqrt(n): sqrt(2 / pi) times the integral of sqrt(F (1 - F)). */
function chanceDistance(reference: NumericCounts): number {
  const shares = Array.from({ length: 99 }, (_, k) => (k + 1) / 100)
  const at = quantiles(orderedOf(reference), shares)
  const integral = shares.slice(1).reduce((sum, share, k) => {
    const width = (at[k + 1] as number) - (at[k] as number)
    return sum + width * Math.sqrt(share * (1 - share))
  }, 0)
  return Math.sqrt(2 / Math.PI) * integral
}

/** Mean size of sampled values over that of the reference, and its standard error. */
export function scaleRatio(
  reference: NumericCounts,
  parts: readonly SampledValues[],
): { ratio: number; error: number } {
  const rows = ranked(reference, parts)
  const expected = weightedMean(rows, (row) => Math.abs(row.expected))
  const variance = weightedMean(rows, (row) => (Math.abs(row.expected) - expected) ** 2)
  return {
    ratio: weightedMean(rows, ({ value }) => Math.abs(value)) / expected,
    error: Math.sqrt(variance / effectiveRows(rows)) / expected,
  }
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

function weightedMean(rows: readonly Ranked[], of: (row: Ranked) => number): number {
  let sum = 0
  let weights = 0
  for (const row of rows) {
    sum += row.weight * of(row)
    weights += row.weight
  }
  return sum / weights
}

/** Kish's effective sample size of weighted rows. */
function effectiveRows(rows: readonly Ranked[]): number {
  const sum = rows.reduce((total, { weight }) => total + weight, 0)
  return (sum * sum) / rows.reduce((total, { weight }) => total + weight * weight, 0)
}
