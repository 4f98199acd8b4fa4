import type { StoredPart } from '../adapters/postgres/parts.ts'
import type { Binning } from '../contracts/binning.ts'
import type { Bucket } from '../detectors/unit-change.ts'
import {
  createProfile,
  createSample,
  decodeProfile,
  decodeSample,
  mergeProfiles,
  mergeSamples,
  type Profile,
  type Sample,
  type SampledRow,
  sampledRows,
} from '../profiles/index.ts'

export interface MergedRows {
  readonly profile: Profile
  readonly sample: readonly SampledRow[]
  /** In order of event time. */
  readonly buckets: readonly Bucket[]
}

/** Parts of one model version, taken together as a whole and bucket by bucket. */
export function mergeParts(parts: readonly StoredPart[], binning: Binning): MergedRows {
  const whole = { profile: createProfile(binning), sample: createSample() }
  const buckets = new Map<number, { profile: Profile; sample: Sample }>()
  for (const part of parts) {
    const profile = decodeProfile(part.profile, binning)
    const sample = part.sample === null ? createSample() : decodeSample(part.sample)
    mergeProfiles(whole.profile, profile)
    mergeSamples(whole.sample, sample)
    const bucket = buckets.get(part.bucket.getTime())
    if (bucket === undefined) buckets.set(part.bucket.getTime(), { profile, sample })
    else {
      mergeProfiles(bucket.profile, profile)
      mergeSamples(bucket.sample, sample)
    }
  }
  return {
    profile: whole.profile,
    sample: sampledRows(whole.sample),
    buckets: [...buckets]
      .sort(([left], [right]) => left - right)
      .map(([start, bucket]) => ({
        start: new Date(start).toISOString(),
        profile: bucket.profile,
        sample: sampledRows(bucket.sample),
      })),
  }
}
