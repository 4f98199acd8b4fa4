import type { Explanation } from '../contracts/report.ts'
import { explainByCategorySwap } from './unit-change-categories.ts'
import { explainByRotation } from './unit-change-cycle.ts'
import type { Suspect, UnitChangeInput } from './unit-change-input.ts'
import { explainByColumnSwap, explainByConversion } from './unit-change-values.ts'

export type { Bucket, Suspect, UnitChangeInput } from './unit-change-input.ts'

/**
 * Upstream changed its units
 *
 * For features that moved: is there a rotation (of a cyclic feature), a known change of units, or a swap (of two
 * categories, of two columns) of the current values that takes at least 90 % of the distance away and leaves less
 * than the smallest effect that matters, and was the break sharp, each bucket either before it or after it? Then
 * the world did not change, its description did: no retraining, a person upstream. Returns the explanation that
 * explains most, or null.
 */
export function explainUnitChange(input: UnitChangeInput): Explanation | null {
  const found = [
    ...input.suspects.map((suspect) => explainOne(suspect, input)),
    explainByColumnSwap(input),
  ].filter((explanation) => explanation !== null)
  return found.sort((left, right) => right.explained - left.explained)[0] ?? null
}

function explainOne(suspect: Suspect, input: UnitChangeInput): Explanation | null {
  const { reference, current } = suspect
  if (reference.kind === 'categorical' || current.kind === 'categorical') {
    return explainByCategorySwap(suspect, input.buckets)
  }
  return reference.binning.cycle === undefined
    ? explainByConversion(suspect, input)
    : explainByRotation(suspect, reference.binning.cycle, input.buckets)
}
