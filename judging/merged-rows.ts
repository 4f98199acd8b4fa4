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

/**
 * Parts of one model version, taken together as a whole and bucket by bucket. Their samples are put together when they
 * are asked for: a window without a change of units needs none.
 */
export function mergeParts(parts: readonly Part[], binning: Binning): MergedRows {
  const whole = createProfile(binning)
  const buckets = new Map<number, { profile: Profile; parts: Part[] }>()
  for (const part of parts) {
    const profile = decodeProfile(part.profile, binning)
    mergeProfiles(whole, profile)
    const bucket = buckets.get(part.bucket.getTime())
    if (bucket === undefined) buckets.set(part.bucket.getTime(), { profile, parts: [part] })
    else {
      mergeProfiles(bucket.profile, profile)
      bucket.parts.push(part)
    }
  }
  return withSample(parts, {
    profile: whole,
    buckets: [...buckets]
      .sort(([left], [right]) => left - right)
      .map(([start, { profile, parts: own }]) =>
        withSample(own, { start: new Date(start).toISOString(), profile }),
      ),
  })
}

/** The sample of these parts, put together the first time that it is asked for. */
function withSample<Rest extends object>(
  parts: readonly Pick<Part, 'sample'>[],
  rest: Rest,
): Rest & { readonly sample: readonly SampledRow[] } {
  let sample: readonly SampledRow[] | undefined
  return Object.defineProperty(rest, 'sample', {
    enumerable: true,
    get: () => (sample ??= samplesOf(parts)),
  }) as Rest & { readonly sample: readonly SampledRow[] }
}

function samplesOf(parts: readonly Pick<Part, 'sample'>[]): readonly SampledRow[] {
  const merged = createSample()
  for (const { sample } of parts) if (sample !== null) mergeSamples(merged, decodeSample(sample))
  return sampledRows(merged)
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
