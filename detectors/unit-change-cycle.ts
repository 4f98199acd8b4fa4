import type { Explanation } from '../contracts/report.ts'
import { finiteCount, type NumericCounts } from '../profiles/index.ts'
import { kolmogorovSmirnov } from '../statistics/kolmogorov-smirnov.ts'
import { sumOfCells } from './cells.ts'
import { effectiveSize } from './sides.ts'
import { explainedByUndoing, type Undone } from './undo.ts'
import type { Bucket, Suspect } from './unit-change-input.ts'

/** Mean of Kolmogorov's limit law, sqrt(pi / 2) ln 2: the distance that chance leaves, times sqrt(nm / (n + m)). */
const chance = Math.sqrt(Math.PI / 2) * Math.LN2

/** A rotation of a cyclic feature, such as every hour 5 later modulo 24; on exact counts. */
export function explainByRotation(
  suspect: Suspect,
  reference: NumericCounts,
  cycle: number,
  buckets: readonly Bucket[],
): Explanation | null {
  const expected = cyclicCounts(reference, cycle)
  const parts = buckets.map(({ profile }) =>
    cyclicCounts(profile.features[suspect.index] as NumericCounts, cycle),
  )
  if (expected === null || !parts.every((part) => part !== null)) return null
  const raw = (list: readonly Float64Array[]) => kolmogorovSmirnov(expected, sumOfCells(list))
  const distance = (list: readonly Float64Array[]) => {
    const { distance, n, m } = raw(list)
    return Math.max(0, distance - chance / Math.sqrt(effectiveSize(n, m)))
  }
  let best: (Undone<Float64Array> & { by: number; residual: number }) | null = null
  for (let by = 1; by < cycle; by++) {
    const undone = explainedByUndoing({ parts, undo: (part) => rotatedBack(part, by), distance })
    if (undone === null) continue
    const residual = raw(undone.parts).distance
    if (residual >= suspect.minimumEffect || residual >= (best?.residual ?? 1)) continue
    best = { ...undone, by, residual }
  }
  if (best === null) return null
  const later = best.by <= cycle / 2
  return {
    feature: suspect.name,
    kind: 'shift',
    sentence: `every ${suspect.name} is ${later ? best.by : cycle - best.by} ${later ? 'later' : 'earlier'}, modulo ${cycle}`,
    explained: best.explained,
    residual: best.residual,
    since: buckets[best.first]?.start ?? null,
  }
}

/** Counts of the values 0 to cycle - 1; null when point masses do not hold nearly all rows. */
function cyclicCounts(counts: NumericCounts, cycle: number): Float64Array | null {
  const values = new Float64Array(cycle)
  for (const [i, edge] of counts.edges.entries()) {
    const next = counts.edges[i + 1]
    // A point mass is a pair of neighbouring doubles.
    if (!Number.isInteger(edge) || next === undefined || next - edge > 1e-9) continue
    const value = ((edge % cycle) + cycle) % cycle
    values[value] = (values[value] as number) + (counts.cells[i + 1] as number)
  }
  const held = values.reduce((sum, count) => sum + count, 0)
  return held > 0 && held >= 0.98 * finiteCount(counts) ? values : null
}

/** Undoes "every value is `by` later". */
const rotatedBack = (counts: Float64Array, by: number): Float64Array =>
  counts.map((_, value) => counts[(value + by) % counts.length] as number)
