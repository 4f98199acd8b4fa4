import type { Explanation } from '../contracts/report.ts'
import { explainByCategorySwap } from './unit-change-categories.ts'
import { explainByColumnSwap } from './unit-change-columns.ts'
import { explainByConversion } from './unit-change-conversion.ts'
import { explainByRotation } from './unit-change-cycle.ts'
import { type Bucket, joinBuckets, type Suspect } from './unit-change-input.ts'
import { explainByRenames } from './unit-change-renames.ts'

export type { Bucket, Suspect } from './unit-change-input.ts'

/** Raised when the same window would be explained otherwise. */
export const unitChangeDefinition = 3

/**
 * Upstream changed its units
 *
 * For features that moved: is there a rotation (of a cyclic feature), a known change of units, other names of
 * categories, or a swap (of two categories, of two columns) of the current values that takes at least 90 % of the distance away and leaves less
 * than the smallest effect that matters, and was the break sharp, each bucket either before it or after it? Then
 * the world did not change, its description did: no retraining, a person upstream. Returns the explanation that
 * explains most, or null. `buckets` are the window in order of event time.
 */
export function explainUnitChange(
  suspects: readonly Suspect[],
  buckets: readonly Bucket[],
): Explanation | null {
  if (suspects.length === 0) return null
  const joined = joinBuckets(buckets)
  const found = [
    ...suspects.map((suspect) => explainOne(suspect, joined)),
    explainByColumnSwap(suspects, joined),
  ].filter((explanation) => explanation !== null)
  return found.sort((left, right) => right.explained - left.explained)[0] ?? null
}

function explainOne(suspect: Suspect, buckets: readonly Bucket[]): Explanation | null {
  const { reference } = suspect
  if (reference.kind === 'categorical') {
    return (
      explainByRenames(suspect, reference, buckets) ??
      explainByCategorySwap(suspect, reference, buckets)
    )
  }
  const { cycle } = reference.binning
  return cycle === undefined
    ? explainByConversion(suspect, reference, buckets)
    : explainByRotation(suspect, reference, cycle, buckets)
}
