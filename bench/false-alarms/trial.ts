import type { Detector, Sides } from '../../detectors/index.ts'
import { levels } from './limits.ts'

/** What comparisons of one detector in one cell gave. */
export interface Tally {
  /** Comparisons over which 5 % is counted, and those of the smaller levels. */
  readonly full: number
  readonly all: number
  /** Comparisons with a p-value of at most 5 %, 0.1 % and 0.01 %. */
  readonly rejected: readonly number[]
  /** Comparisons of which the detector gave no p-value; they reject nothing. */
  readonly absent: number
}

export const nothing: Tally = { full: 0, all: 0, rejected: levels.map(() => 0), absent: 0 }

export const together = (one: Tally, other: Tally): Tally => ({
  full: one.full + other.full,
  all: one.all + other.all,
  rejected: one.rejected.map((count, i) => count + (other.rejected[i] as number)),
  absent: one.absent + other.absent,
})

/** A p-value up to here keeps its score among those that are looked at more closely ... */
const near = 0.02
/** ... unless one above this has as high a score: then scores do not order p-values, and every one is read. */
const far = 0.3

/**
 * Counts the rejections of one detector. Of the first `full` comparisons every p-value is read; of the others only
 * where the score is at least the smallest that had p <= 2 % before, twenty times the next level: where the p-value falls
 * with the score but for the counts that chance puts into the cells, and is most of the work.
 */
export function tally(detector: Detector, full: number, factor = 1) {
  const options = detector.options.parse({})
  const rejected = levels.map(() => 0)
  let [seen, absent, least, highest] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  return {
    /** The p-value, where it was read. */
    add(sides: Sides): number | undefined {
      const comparison = detector.compare(sides as never, options)
      seen++
      const isOrdered = least < Number.POSITIVE_INFINITY && highest < least
      if (seen > full && isOrdered && comparison.score < least) return undefined
      const { pValue } = comparison
      if (pValue === undefined) {
        absent++
        return undefined
      }
      const p = pValue * factor
      if (pValue <= near) least = Math.min(least, comparison.score)
      if (pValue >= far) highest = Math.max(highest, comparison.score)
      for (const [i, level] of levels.entries()) {
        if (p <= level && (i > 0 || seen <= full)) rejected[i] = (rejected[i] as number) + 1
      }
      return p
    },
    counted: (): Tally => ({ full: Math.min(seen, full), all: seen, rejected, absent }),
  }
}
