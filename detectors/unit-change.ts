import type { Explanation } from '../contracts/report.ts'
import type { FeatureCounts, NumericCounts, Profile, SampledRow } from '../profiles/index.ts'
import { explainByCategorySwap } from './unit-change-categories.ts'
import { explainByRotation } from './unit-change-cycle.ts'
import { explainByColumnSwap, explainByConversion } from './unit-change-values.ts'

/** One bucket of event time of the window, in order: its profile and its row sample. */
export interface Bucket {
  /** ISO 8601. */
  readonly start: string
  readonly profile: Profile
  readonly sample: readonly SampledRow[]
}

/** A feature that moved, with what the explanations need of it. */
export interface Suspect {
  readonly index: number
  readonly name: string
  readonly reference: FeatureCounts
  readonly current: FeatureCounts
  readonly minimumEffect: number
}

export interface UnitChangeInput {
  readonly suspects: readonly Suspect[]
  readonly sample: readonly SampledRow[]
  readonly buckets: readonly Bucket[]
}

/** At least this share of the distance has to go. */
export const leastExplained = 0.9

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

/** Where a bucket stands to a change: its distance as it came, and after the change is undone. */
export interface BucketDistance {
  readonly start: string
  readonly raw: number
  readonly undone: number
}

/**
 * Whether a break is sharp, and since when: every bucket is plainly before it (as it came it is the nearer one)
 * or plainly after it, all before precede all after, and at most one in between is mixed. A ramp, in which
 * buckets move little by little, is not.
 */
export function sharpBreak(buckets: readonly BucketDistance[]): { since: string | null } | null {
  if (buckets.length === 0) return { since: null }
  const states = buckets.map(({ raw, undone }) =>
    undone <= raw * 0.4 ? 'after' : raw <= undone * 0.4 ? 'before' : 'mixed',
  )
  const first = states.findIndex((state) => state !== 'before')
  if (first === -1) return null
  const rest = states[first] === 'mixed' ? states.slice(first + 1) : states.slice(first)
  if (rest.length === 0 || rest.some((state) => state !== 'after')) return null
  return { since: buckets[first]?.start ?? null }
}

export const numericAt = (profile: Profile, index: number): NumericCounts | null => {
  const counts = profile.features[index]
  return counts?.kind === 'numeric' ? counts : null
}
