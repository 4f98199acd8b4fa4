import type { Binning } from '../contracts/binning.ts'
import type { AbsorbedOrigin } from '../contracts/reference-upload.ts'
import {
  createProfile,
  createSample,
  decodeProfile,
  decodeSample,
  encodeProfile,
  encodeSample,
  mergeProfiles,
  mergeSamples,
  profileDigest,
} from '../profiles/index.ts'
import type { ReplayPart } from './kept-parts.ts'
import { mostRows } from './merged-rows.ts'
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
  const profiles = new Map([['', createProfile(binning)]])
  const sample = createSample()
  for (const part of parts) {
    if (part.version !== version) continue
    const profile = profiles.get(part.segment) ?? createProfile(binning)
    mergeProfiles(profile, decodeProfile(part.profile, binning))
    profiles.set(part.segment, profile)
    if (part.sample !== null) mergeSamples(sample, decodeSample(part.sample))
  }
  const { '': whole, ...segments } = Object.fromEntries(
    [...profiles].map(([name, profile]) => [name, encodeProfile(profile)]),
  )
  const profile = whole as Uint8Array
  return {
    ...{ binning, profile, version: version ?? former.version, digest: profileDigest(profile) },
    segments: Object.entries(segments).map(([segment, bytes]) => ({ segment, profile: bytes })),
    sample: former.sample === null ? null : encodeSample(sample),
  }
}
