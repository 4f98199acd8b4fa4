import { z } from 'zod'
import { newCategoryP } from '../statistics/new-category.ts'
import { chiSquare } from './chi-square.ts'
import { defineDetector, optionsOf } from './detector.ts'
import { type CategoricalSides, usable } from './sides.ts'
import { unseenApart } from './unseen-apart.ts'
import { weightedP } from './weighted-p.ts'

/** What each of the two tests may take of the level; together all of it. */
const shares = { counts: 0.9, unseen: 0.1 }

/**
 * Combined test of shares and new categories
 *
 * Chi-square with most of the level, beside it the largest category that the reference does not hold with a tenth. Of
 * two categories, or of such rare ones that chi-square has no cells, one of them takes all of it. Finds changed shares as soon as chi-square, and a new category when it has a handful of rows. Score and effect are
 * those of chi-square.
 */
export const combinedCategories = defineDetector({
  name: 'combined-categories',
  title: 'Combined test of shares and new categories',
  reads: 'categorical',
  from: 'counts',
  definition: 2,
  role: 'test',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: chiSquare.minimumEffect,
  compare(sides) {
    const counts = chiSquare.compare(sides, optionsOf(chiSquare, {}))
    const ofNew = largestNewP(sides)
    const hasCounts = counts.pValueAbsent === undefined
    if (!hasCounts && ofNew === 1) return counts
    // Fixed by the rows of both sides together, never by how they split.
    const share = hasThreeCategories(sides) ? shares.counts : 1
    const { score, effect, effectInterval, law, n, cells } = counts
    return {
      score,
      effect,
      effectInterval,
      get pValue() {
        if (!hasCounts) return ofNew
        if (share === 1) return counts.pValue ?? 1
        return weightedP([
          { p: counts.pValue ?? 1, share },
          { p: ofNew, share: shares.unseen },
        ])
      },
      get logP() {
        return (counts.logP ?? 0) - Math.log(share)
      },
      ...(law !== undefined && { law }),
      ...(share < 1 && { mainShare: share }),
      n,
      cells,
    }
  },
})

function hasThreeCategories(sides: CategoricalSides): boolean {
  const { reference, current } = unseenApart(sides, 0)
  let filled = 0
  for (let i = 0; i < reference.length; i++) {
    if ((reference[i] as number) + (current[i] as number) > 0 && ++filled === 3) return true
  }
  return false
}

function largestNewP(sides: CategoricalSides): number {
  const { reference, current, unseenCounts = [] } = sides
  const known = reference.length - 1
  const n = usable(sides)
  const totals = [...unseenCounts]
  let largest = Math.max(0, ...unseenCounts)
  for (let i = 0; i < known; i++) {
    const [before, now] = [reference[i] as number, current[i] as number]
    totals.push(before + now)
    if (before === 0 && now > largest) largest = now
  }
  // Unseen ones whose rows were not kept apart: as many of that size as they can be.
  const unnamed = (current[known] as number) - unseenCounts.reduce((sum, count) => sum + count, 0)
  const more = largest > 0 && unnamed > 0 ? Math.floor(unnamed / largest) : 0
  for (let i = 0; i < more; i++) totals.push(largest)
  return newCategoryP(largest, totals, n.reference, n.current)
}
