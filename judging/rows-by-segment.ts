import type { Binning } from '../contracts/binning.ts'
import {
  createProfile,
  createSample,
  mergeProfiles,
  mergeSamples,
  type Profile,
  type Sample,
} from '../profiles/index.ts'

/** Rows of one model version: all of them with a sample, and those of each segment. */
export interface SegmentedRows {
  readonly profile: Profile
  readonly sample: Sample
  /** Segment -> its profile. */
  readonly segments: ReadonlyMap<string, Profile>
}

/** The same while it is filled. Exact addition: any order gives the same bytes. */
export class RowsBySegment implements SegmentedRows {
  readonly profile: Profile
  readonly sample = createSample()
  readonly segments = new Map<string, Profile>()
  readonly #binning: Binning

  constructor(binning: Binning) {
    this.#binning = binning
    this.profile = createProfile(binning)
  }

  /** Of a segment by its name, or of all rows (''); then with their sample, where there is one. */
  take(segment: string, profile: Profile, sample: Sample | null = null): void {
    mergeProfiles(segment === '' ? this.profile : this.#of(segment), profile)
    if (segment === '' && sample !== null) mergeSamples(this.sample, sample)
  }

  takeAll({ profile, sample, segments }: SegmentedRows): void {
    this.take('', profile, sample)
    for (const [segment, own] of segments) this.take(segment, own)
  }

  #of(segment: string): Profile {
    const known = this.segments.get(segment) ?? createProfile(this.#binning)
    this.segments.set(segment, known)
    return known
  }
}
