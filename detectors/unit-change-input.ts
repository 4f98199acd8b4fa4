import type { FeatureCounts, NumericCounts, Profile, SampledRow } from '../profiles/index.ts'

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

export const numericAt = (profile: Profile, index: number): NumericCounts | null => {
  const counts = profile.features[index]
  return counts?.kind === 'numeric' ? counts : null
}
