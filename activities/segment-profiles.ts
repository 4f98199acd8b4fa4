import type pg from 'pg'
import { type Below, segmentPartsBelow } from '../adapters/postgres/parts.ts'
import { type StoredReference, segmentReferences } from '../adapters/postgres/references.ts'
import { createProfile, decodeProfile, mergeProfiles, type Profile } from '../profiles/index.ts'

/** What one segment of a window and of its reference look like, under the same binning. */
export interface SegmentProfiles {
  /** `country=DE` */
  readonly name: string
  readonly reference: Profile
  readonly current: Profile
}

export interface SegmentWindow {
  readonly reading: string
  readonly window: { readonly start: Date; readonly end: Date }
  readonly below: Below
  /** The model version whose rows are judged. */
  readonly version: string
}

/**
 * The segments of a window next to those of the reference that it is held against, by name; none where the
 * reference has none. A segment that the window does not hold has a profile without rows. One that the reference
 * does not hold cannot be compared: its rows are judged with all rows only.
 */
export async function segmentProfiles(
  db: pg.Pool,
  { reading, window, below, version }: SegmentWindow,
  reference: StoredReference,
): Promise<SegmentProfiles[]> {
  const { binning } = reference
  if (binning.segments === undefined) return []
  const references = await segmentReferences(db, reference)
  if (references.length === 0) return []
  const current = new Map<string, Profile>()
  for (const part of await segmentPartsBelow(db, reading, window, below, version)) {
    const profile = decodeProfile(part.profile, binning)
    const merged = current.get(part.segment)
    if (merged === undefined) current.set(part.segment, profile)
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
