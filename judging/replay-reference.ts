import type { Binning } from '../contracts/binning.ts'
import type { AbsorbedOrigin } from '../contracts/reference-upload.ts'
import {
  decodeProfile,
  decodeSample,
  encodeProfile,
  encodeSample,
  profileDigest,
} from '../profiles/index.ts'
import type { ReplayPart } from './kept-parts.ts'
import { mostRows } from './merged-rows.ts'
import { RowsBySegment } from './rows-by-segment.ts'
import type { SegmentPart } from './segment-profiles.ts'

/** What a model version learned from, and under which binning windows are counted. */
export interface ReplayReference {
  readonly version: string
  readonly digest: string
  readonly binning: Binning
  readonly profile: Uint8Array
  readonly segments: readonly SegmentPart[]
  readonly sample: Uint8Array | null
  /** Null or absent: the version learned from it. */
  readonly absorbed?: AbsorbedOrigin | null
}

/** The rows of the version with the most of these parts as a reference of their own, under the binning of another. */
export function referenceSince(
  parts: readonly ReplayPart[],
  former: ReplayReference,
): ReplayReference {
  const { binning } = former
  const version = mostRows(parts.filter(({ segment }) => segment === ''))
  const rows = new RowsBySegment(binning)
  for (const part of parts) {
    if (part.version !== version) continue
    const { segment, profile, sample } = part
    rows.take(segment, decodeProfile(profile, binning), sample && decodeSample(sample))
  }
  const profile = encodeProfile(rows.profile)
  return {
    ...{ binning, profile, version: version ?? former.version, digest: profileDigest(profile) },
    segments: [...rows.segments].map(([segment, own]) => ({
      segment,
      profile: encodeProfile(own),
    })),
    sample: former.sample === null ? null : encodeSample(rows.sample),
  }
}
