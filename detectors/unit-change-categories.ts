import type { Explanation } from '../contracts/report.ts'
import type { CategoricalCounts, FeatureCounts } from '../profiles/index.ts'
import { shares } from '../statistics/histogram-distances.ts'
import { categoryDistance } from './category-distance.ts'
import { cellsOf, sumOfCells } from './cells.ts'
import { explainedByUndoing, type Undone } from './undo.ts'
import type { Bucket, Suspect } from './unit-change-input.ts'

/** Swaps among this many most frequent categories are looked for. */
const mostCategories = 12

/** Two categories of one feature that changed their names, such as an inverted flag; on exact counts. */
export function explainByCategorySwap(
  suspect: Suspect,
  reference: CategoricalCounts,
  buckets: readonly Bucket[],
): Explanation | null {
  const expected = cellsOf(reference)
  const parts = buckets.map(({ profile }) =>
    cellsOf(profile.features[suspect.index] as FeatureCounts),
  )
  const { raw, beyondChance: distance } = categoryDistance(expected)
  let best: (Undone<Float64Array> & { i: number; j: number; residual: number }) | null = null
  const frequent = frequentCells(expected, sumOfCells(parts))
  for (const [at, i] of frequent.entries()) {
    for (const j of frequent.slice(at + 1)) {
      const undone = explainedByUndoing({ parts, undo: (part) => swapped(part, i, j), distance })
      if (undone === null) continue
      const residual = raw(undone.parts)
      if (residual >= suspect.minimumEffect || residual >= (best?.residual ?? 1)) continue
      best = { ...undone, i, j, residual }
    }
  }
  if (best === null) return null
  const { categories } = reference.binning
  return {
    feature: suspect.name,
    kind: 'swap',
    sentence: `"${categories[best.i]}" and "${categories[best.j]}" of ${suspect.name} have changed places`,
    explained: best.explained,
    residual: best.residual,
    since: buckets[best.first]?.start ?? null,
  }
}

function frequentCells(reference: Float64Array, current: Float64Array): number[] {
  const before = shares(reference)
  const now = shares(current)
  const weight = (i: number) => Math.max(before[i] as number, now[i] as number)
  // The last cell is that of unseen values: it has no name to swap.
  return Array.from({ length: reference.length - 1 }, (_, i) => i)
    .sort((a, b) => weight(b) - weight(a) || a - b)
    .slice(0, mostCategories)
    .sort((a, b) => a - b)
}

function swapped(cells: Float64Array, i: number, j: number): Float64Array {
  const result = Float64Array.from(cells)
  result[i] = cells[j] as number
  result[j] = cells[i] as number
  return result
}
