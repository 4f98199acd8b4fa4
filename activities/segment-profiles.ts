import type pg from 'pg'
import { type Below, segmentPartsBelow } from '../adapters/postgres/parts.ts'
import { type StoredReference, segmentReferences } from '../adapters/postgres/references.ts'
import { pairSegments, type SegmentProfiles } from '../judging/segment-profiles.ts'

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
  { reading, window, below, version }: SegmentWindow,
  reference: StoredReference,
): Promise<SegmentProfiles[]> {
  const { binning } = reference
  if (binning.segments === undefined) return []
  const references = await segmentReferences(db, reference)
  if (references.length === 0) return []
  return pairSegments(
    references,
    await segmentPartsBelow(db, reading, window, below, version),
    binning,
  )
}
