import type { Explanation } from '../contracts/report.ts'
import { finiteCount, type NumericCounts } from '../profiles/index.ts'
import { kolmogorovSmirnov } from '../statistics/kolmogorov-smirnov.ts'
import { sharpBreak } from './sharp-break.ts'
import { type Bucket, leastExplained, numericAt, type Suspect } from './unit-change-input.ts'

/** Rows below this tell nothing about one bucket. */
const leastRows = 100

/** A rotation of a cyclic feature, such as every hour 5 later modulo 24; on exact counts. */
export function explainByRotation(
  suspect: Suspect,
  cycle: number,
  buckets: readonly Bucket[],
): Explanation | null {
  const reference = cyclicCounts(suspect.reference as NumericCounts, cycle)
  const current = cyclicCounts(suspect.current as NumericCounts, cycle)
  if (reference === null || current === null) return null
  const raw = kolmogorovSmirnov(reference, current).distance
  let best = { by: 0, distance: raw }
  for (let by = 1; by < cycle; by++) {
    const { distance } = kolmogorovSmirnov(reference, rotated(current, by))
    if (distance < best.distance) best = { by, distance }
  }
  const explained = 1 - best.distance / raw
  if (best.by === 0 || explained < leastExplained || best.distance >= suspect.minimumEffect)
    return null
  const sharp = sharpBreak(
    buckets.flatMap(({ start, profile }) => {
      const counts = numericAt(profile, suspect.index)
      const cells = counts === null ? null : cyclicCounts(counts, cycle)
      if (counts === null || cells === null || finiteCount(counts) < leastRows) return []
      return {
        start,
        raw: kolmogorovSmirnov(reference, cells).distance,
        undone: kolmogorovSmirnov(reference, rotated(cells, best.by)).distance,
      }
    }),
  )
  if (sharp === null) return null
  const later = best.by <= cycle / 2
  return {
    feature: suspect.name,
    kind: 'shift',
    sentence: `every ${suspect.name} is ${later ? best.by : cycle - best.by} ${later ? 'later' : 'earlier'}, modulo ${cycle}`,
    explained,
    residual: best.distance,
    since: sharp.since,
  }
}

/** Counts of the values 0 to cycle - 1; null when they do not hold nearly all rows. */
function cyclicCounts(counts: NumericCounts, cycle: number): Float64Array | null {
  const values = new Float64Array(cycle)
  for (const [i, edge] of counts.edges.entries()) {
    const value = ((edge % cycle) + cycle) % cycle
    const next = counts.edges[i + 1]
    // A point mass is a pair of neighbouring doubles.
    if (!Number.isInteger(edge) || next === undefined || next - edge > 1e-9) continue
    values[value] = (values[value] as number) + (counts.cells[i + 1] as number)
  }
  const held = values.reduce((sum, count) => sum + count, 0)
  return held > 0 && held >= 0.98 * finiteCount(counts) ? values : null
}

/** Undoes "every value is `by` later". */
function rotated(counts: Float64Array, by: number): Float64Array {
  return counts.map((_, value) => counts[(value + by) % counts.length] as number)
}
