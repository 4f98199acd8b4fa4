import type { Binning } from '../contracts/binning.ts'
import type { Window } from '../contracts/report.ts'
import {
  createProfile,
  createSample,
  decodeProfile,
  decodeSample,
  mergeProfiles,
  mergeSamples,
  type Profile,
  type Sample,
} from '../profiles/index.ts'

/** Rows of one model version, of all rows ('') or of a segment. */
export interface RangePart {
  readonly segment: string
  readonly profile: Uint8Array
  readonly sample: Uint8Array | null
}

/** Windows taken together. */
export interface Merged {
  readonly profile: Profile
  readonly sample: Sample
  /** Segment -> its profile. */
  readonly segments: ReadonlyMap<string, Profile>
}

export interface MergedRange {
  readonly whole: Merged
  /** Windows that had rows, in order of time. */
  readonly held: readonly Window[]
  /** The whole without one window, by its start: what that window may be held against. */
  readonly without: ReadonlyMap<string, Merged>
}

export interface AskedRange {
  readonly windows: readonly Window[]
  readonly partsOf: (window: Window) => Promise<readonly RangePart[]>
  readonly binning: Binning
  /** Starts of windows that shall be held against the others. */
  readonly without: readonly string[]
}

/** Merges windows, one in memory at a time. Exact addition: any order gives the same bytes. */
export async function mergeRange({
  windows,
  partsOf,
  binning,
  without,
}: AskedRange): Promise<MergedRange> {
  const whole = empty(binning)
  const others = new Map(without.map((start) => [start, empty(binning)]))
  const held: Window[] = []
  for (const window of windows) {
    const parts = await partsOf(window)
    if (parts.length === 0) continue
    held.push(window)
    const own = empty(binning)
    for (const part of parts) addPart(own, part, binning)
    merge(whole, own, binning)
    for (const [start, other] of others) if (start !== window.start) merge(other, own, binning)
  }
  return { whole, held, without: others }
}

interface Open extends Merged {
  readonly segments: Map<string, Profile>
}

const empty = (binning: Binning): Open => ({
  profile: createProfile(binning),
  sample: createSample(),
  segments: new Map(),
})

function addPart(into: Open, part: RangePart, binning: Binning): void {
  const profile = decodeProfile(part.profile, binning)
  if (part.segment !== '') {
    mergeProfiles(segmentOf(into, part.segment, binning), profile)
    return
  }
  mergeProfiles(into.profile, profile)
  if (part.sample !== null) mergeSamples(into.sample, decodeSample(part.sample))
}

function merge(into: Open, from: Open, binning: Binning): void {
  mergeProfiles(into.profile, from.profile)
  mergeSamples(into.sample, from.sample)
  for (const [segment, profile] of from.segments) {
    mergeProfiles(segmentOf(into, segment, binning), profile)
  }
}

function segmentOf({ segments }: Open, segment: string, binning: Binning): Profile {
  const known = segments.get(segment)
  if (known !== undefined) return known
  const made = createProfile(binning)
  segments.set(segment, made)
  return made
}
