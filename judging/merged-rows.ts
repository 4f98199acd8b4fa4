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

/** Rows of one model version in one bucket, summed up: the bytes of `profiles/layout.ts` and `profiles/sample.ts`. */
export interface Part {
  readonly version: string
  readonly bucket: Date
  readonly rows: number
  readonly profile: Uint8Array
  /** Null: no sample was kept. */
  readonly sample: Uint8Array | null
}

export interface MergedRows {
  readonly profile: Profile
  readonly sample: readonly SampledRow[]
  /** In order of event time. */
  readonly buckets: readonly Bucket[]
}

/** Parts of one model version, taken together as a whole and bucket by bucket. */
export function mergeParts(parts: readonly Part[], binning: Binning): MergedRows {
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

/** The version with the most rows; of equally many the one that sorts last. */
export function mostRows(parts: readonly Pick<Part, 'version' | 'rows'>[]): string | null {
  const rows = new Map<string, number>()
  for (const part of parts) rows.set(part.version, (rows.get(part.version) ?? 0) + part.rows)
  const [first] = [...rows].sort(
    ([left, leftRows], [right, rightRows]) => rightRows - leftRows || (left < right ? 1 : -1),
  )
  return first?.[0] ?? null
}
