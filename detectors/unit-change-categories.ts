import type { Explanation } from '../contracts/report.ts'
import type { CategoricalCounts } from '../profiles/index.ts'
import { totalVariation } from '../statistics/histogram-distances.ts'
import { cellsOf, totalOf } from './cells.ts'
import { sharpBreak } from './sharp-break.ts'
import { type Bucket, leastExplained, type Suspect } from './unit-change-input.ts'

/** Swaps among this many most frequent categories are looked for. */
const mostCategories = 12
const leastRows = 100

/** Two categories of one feature that changed their names, such as an inverted flag. */
export function explainByCategorySwap(
  suspect: Suspect,
  buckets: readonly Bucket[],
): Explanation | null {
  const reference = cellsOf(suspect.reference)
  const current = cellsOf(suspect.current)
  const raw = totalVariation(reference, current)
  const frequent = frequentCells(reference, current)
  let best = { i: -1, j: -1, distance: raw }
  for (const i of frequent) {
    for (const j of frequent) {
      if (j <= i) continue
      const distance = totalVariation(reference, swapped(current, i, j))
      if (distance < best.distance) best = { i, j, distance }
    }
  }
  const explained = 1 - best.distance / raw
  if (best.i < 0 || explained < leastExplained || best.distance >= suspect.minimumEffect)
    return null
  const sharp = sharpBreak(
    buckets.flatMap(({ start, profile }) => {
      const cells = cellsOf(profile.features[suspect.index] as CategoricalCounts)
      if (totalOf(cells) < leastRows) return []
      return {
        start,
        raw: totalVariation(reference, cells),
        undone: totalVariation(reference, swapped(cells, best.i, best.j)),
      }
    }),
  )
  if (sharp === null) return null
  const { categories } = (suspect.reference as CategoricalCounts).binning
  return {
    feature: suspect.name,
    kind: 'swap',
    sentence: `"${categories[best.i]}" and "${categories[best.j]}" of ${suspect.name} have changed places`,
    explained,
    residual: best.distance,
    since: sharp.since,
  }
}

function frequentCells(reference: Float64Array, current: Float64Array): number[] {
  // The last cell is that of unseen values: it has no name to swap.
  return Array.from({ length: reference.length - 1 }, (_, i) => i)
    .sort((a, b) => weight(b) - weight(a) || a - b)
    .slice(0, mostCategories)
    .sort((a, b) => a - b)

  function weight(i: number): number {
    return Math.max(
      (reference[i] as number) / Math.max(1, totalOf(reference)),
      (current[i] as number) / Math.max(1, totalOf(current)),
    )
  }
}

function swapped(cells: Float64Array, i: number, j: number): Float64Array {
  const result = Float64Array.from(cells)
  result[i] = cells[j] as number
  result[j] = cells[i] as number
  return result
}
