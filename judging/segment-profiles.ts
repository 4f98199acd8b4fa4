import type { Binning } from '../contracts/binning.ts'
import { createProfile, decodeProfile, mergeProfiles, type Profile } from '../profiles/index.ts'

/** What one segment of a window and of its reference look like, under the same binning. */
export interface SegmentProfiles {
  /** `country=DE` */
  readonly name: string
  readonly reference: Profile
  readonly current: Profile
}

export interface SegmentPart {
  readonly segment: string
  readonly profile: Uint8Array
}

/**
 * The segments of a window next to those of the reference that it is held against, by name. A segment that the window
 * does not hold has a profile without rows. One that the reference does not hold cannot be compared: its rows are
 * judged with all rows only.
 */
export function pairSegments(
  references: readonly SegmentPart[],
  parts: readonly SegmentPart[],
  binning: Binning,
): SegmentProfiles[] {
  const current = new Map<string, Profile>()
  for (const { segment, profile: bytes } of parts) {
    const profile = decodeProfile(bytes, binning)
    const merged = current.get(segment)
    if (merged === undefined) current.set(segment, profile)
    else mergeProfiles(merged, profile)
  }
  return references
    .map(({ segment, profile }) => ({
      name: segment,
      reference: decodeProfile(profile, binning),
      current: current.get(segment) ?? createProfile(binning),
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
}
