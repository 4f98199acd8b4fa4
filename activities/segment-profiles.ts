import type pg from 'pg'
import { type Below, segmentPartsBelow } from '../adapters/postgres/parts.ts'
import { type StoredReference, segmentReferences } from '../adapters/postgres/references.ts'
import type { Binning } from '../contracts/binning.ts'
import { pairSegments, type SegmentProfiles, segmentsOf } from '../judging/segment-profiles.ts'
import type { Profile } from '../profiles/index.ts'

export interface SegmentWindow {
  readonly reading: string
  readonly window: { readonly start: Date; readonly end: Date }
  readonly below: Below
  /** The model version whose rows are judged. */
  readonly version: string
}

/** The stored segments of a window and of its reference; none where the reference has none. */
export async function segmentProfiles(
  db: pg.Pool,
  window: SegmentWindow,
  reference: StoredReference,
): Promise<SegmentProfiles[]> {
  const { binning } = reference
  const references = await storedSegments(db, reference)
  if (references.size === 0) return []
  return pairSegments(references, await currentSegments(db, window, binning), binning)
}

/** Segment -> its profile in a reference that is stored. */
export const storedSegments = async (
  db: pg.Pool,
  reference: StoredReference,
): Promise<Map<string, Profile>> =>
  reference.binning.segments === undefined
    ? new Map()
    : segmentsOf(await segmentReferences(db, reference), reference.binning)

/** Segment -> its profile in a window. */
export const currentSegments = async (
  db: pg.Pool,
  { reading, window, below, version }: SegmentWindow,
  binning: Binning,
): Promise<Map<string, Profile>> =>
  binning.segments === undefined
    ? new Map()
    : segmentsOf(await segmentPartsBelow(db, reading, window, below, version), binning)
