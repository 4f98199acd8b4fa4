import type { Explanation } from '../contracts/report.ts'
import { cellOf, type NumericCounts, numericValue, type SampledRow } from '../profiles/index.ts'
import { kolmogorovSmirnov } from '../statistics/kolmogorov-smirnov.ts'
import { quantiles } from './quantiles.ts'
import { sharpBreak } from './sharp-break.ts'
import { leastExplained, type Suspect, type UnitChangeInput } from './unit-change-input.ts'
import { unitConversions } from './unit-conversions.ts'

/** Sampled rows below this tell nothing about one bucket, or about the window. */
const leastRows = 50

/** A known change of units of one numeric feature, tried on the sampled rows. */
export function explainByConversion(
  suspect: Suspect,
  { sample, buckets }: UnitChangeInput,
): Explanation | null {
  const reference = suspect.reference as NumericCounts
  const values = column(sample, suspect.index)
  if (values.length < leastRows) return null
  const raw = transportDistance(reference, values)
  let best: Explanation | null = null
  for (const { kind, sentence, undo } of unitConversions) {
    const undone = values.map(undo)
    const explained = 1 - transportDistance(reference, undone) / raw
    const residual = cellDistance(reference, undone)
    if (explained < leastExplained || residual >= suspect.minimumEffect) continue
    if (best !== null && explained <= best.explained) continue
    const sharp = sharpBreak(
      buckets.flatMap((bucket) => {
        const part = column(bucket.sample, suspect.index)
        if (part.length < leastRows) return []
        return {
          start: bucket.start,
          raw: transportDistance(reference, part),
          undone: transportDistance(reference, part.map(undo)),
        }
      }),
    )
    if (sharp === null) continue
    best = {
      feature: suspect.name,
      kind,
      sentence: `every ${suspect.name} is now ${sentence}`,
      explained,
      residual,
      since: sharp.since,
    }
  }
  return best
}

/** Two numeric columns that changed places: each holds what the reference holds of the other. */
export function explainByColumnSwap({
  suspects,
  sample,
  buckets,
}: UnitChangeInput): Explanation | null {
  const numeric = suspects.filter(({ reference }) => reference.kind === 'numeric')
  for (const [i, left] of numeric.entries()) {
    for (const right of numeric.slice(i + 1)) {
      const both = [pairOf(left, right, sample), pairOf(right, left, sample)]
      if (both.some((pair) => pair === null)) continue
      const explained = Math.min(...both.map((pair) => pair?.explained ?? 0))
      const residual = Math.max(...both.map((pair) => pair?.residual ?? 1))
      if (
        explained < leastExplained ||
        residual >= Math.min(left.minimumEffect, right.minimumEffect)
      ) {
        continue
      }
      const sharp = sharpBreak(
        buckets.flatMap((bucket) => {
          const pair = pairOf(left, right, bucket.sample)
          return pair === null ? [] : { start: bucket.start, raw: pair.raw, undone: pair.undone }
        }),
      )
      if (sharp === null) continue
      return {
        feature: left.name,
        kind: 'swap',
        sentence: `the columns ${left.name} and ${right.name} have changed places`,
        explained,
        residual,
        since: sharp.since,
      }
    }
  }
  return null
}

function pairOf(feature: Suspect, other: Suspect, sample: readonly SampledRow[]) {
  const reference = feature.reference as NumericCounts
  const own = column(sample, feature.index)
  const swapped = column(sample, other.index)
  if (own.length < leastRows || swapped.length < leastRows) return null
  const raw = transportDistance(reference, own)
  const undone = transportDistance(reference, swapped)
  return { raw, undone, explained: 1 - undone / raw, residual: cellDistance(reference, swapped) }
}

function column(sample: readonly SampledRow[], index: number): number[] {
  return sample
    .map(({ values }) => numericValue(values[index]))
    .filter((value): value is number => value != null && Number.isFinite(value))
}

/**
 * First Wasserstein distance of sampled values from a reference: the mean distance between values of the same
 * rank, in the feature's own unit.
 */
function transportDistance(reference: NumericCounts, values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = quantiles(
    reference,
    sorted.map((_, i) => (i + 0.5) / sorted.length),
  )
  return (
    sorted.reduce((sum, value, i) => sum + Math.abs(value - (at[i] as number)), 0) / sorted.length
  )
}

/** Kolmogorov-Smirnov distance of sampled values from a reference, over the reference's cells. */
function cellDistance(reference: NumericCounts, values: readonly number[]): number {
  const cells = new Float64Array(reference.cells.length)
  for (const value of values) {
    const cell = cellOf(reference.edges, value)
    cells[cell] = (cells[cell] as number) + 1
  }
  return kolmogorovSmirnov(reference.cells, cells).distance
}
