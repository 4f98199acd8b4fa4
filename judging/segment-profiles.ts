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

/** Segment -> its profile, of parts under one binning. */
export function segmentsOf(parts: readonly SegmentPart[], binning: Binning): Map<string, Profile> {
  const segments = new Map<string, Profile>()
  for (const { segment, profile: bytes } of parts) {
    const profile = decodeProfile(bytes, binning)
    const merged = segments.get(segment)
    if (merged === undefined) segments.set(segment, profile)
    else mergeProfiles(merged, profile)
  }
  return segments
}

/**
 * The segments of a window next to those of the reference that it is held against, by name. A segment that the window
 * does not hold has a profile without rows. One that the reference does not hold cannot be compared: its rows are
 * judged with all rows only.
 */
export const pairSegments = (
  references: ReadonlyMap<string, Profile>,
  current: ReadonlyMap<string, Profile>,
  binning: Binning,
): SegmentProfiles[] =>
  [...references]
    .map(([name, reference]) => ({
      name,
      reference,
      current: current.get(name) ?? createProfile(binning),
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
