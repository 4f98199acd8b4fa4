import type { Binning } from '../contracts/binning.ts'
import { type FeatureReport, type Since, titleOf, type Window } from '../contracts/report.ts'
import { cellsOf, sumOfCells } from '../detectors/cells.ts'
import { sinceOf, type TimedCells } from '../detectors/since.ts'
import { type ToldSince, withSince } from '../policies/since.ts'
import { decodeProfile, type FeatureCounts, type Profile } from '../profiles/index.ts'
import type { Part } from './merged-rows.ts'
import type { SegmentProfiles } from './segment-profiles.ts'

/** Windows that are searched for the beginning of a change, or those of the longest span that drifted. */
export const reachWindows = 24

/** The features that drifted most are enough to say since when. */
const mostFeatures = 20

/** A reference in use. */
export interface ComparedReference {
  readonly reference: {
    readonly name: string
    readonly profile: Profile
    /** What a span of so many windows is held against; null: nothing. */
    readonly forSpan: (windows: number) => Profile | null
  }
  readonly segments: readonly SegmentProfiles[]
}

export interface Sought {
  /** The model version whose rows were judged; null when there were none. */
  readonly version: string | null
  readonly binning: Binning
  readonly compared: readonly ComparedReference[]
}

/** The rows of the judged version in [start, end), bucket by bucket; of its segments too where they are asked for. */
export type PartsOf = (
  span: { readonly start: Date; readonly end: Date },
  inSegments: boolean,
) => Promise<readonly (Pick<Part, 'bucket' | 'profile'> & { readonly segment: string })[]>

/**
 * The verdict with since when each drifted feature differs. Reads the buckets of the window and, one window after
 * the other, those of the windows before it, until every beginning is found or 24 windows were searched.
 */
export async function tellSince<Result extends ToldSince>(
  partsOf: PartsOf,
  window: Window,
  { version, binning, compared }: Sought,
  result: Result,
): Promise<Result> {
  const drifted = result.features.filter(({ state }) => state === 'drifted')
  if (drifted.length === 0 || version === null) return result
  const sought = drifted.slice(0, mostFeatures).flatMap((feature) => {
    const before = referenceOf(feature, compared)
    return before === undefined ? [] : [new Search(feature, before)]
  })
  const inSegments = sought.some(({ segment }) => segment !== '')
  const reach = Math.max(reachWindows, ...sought.map(({ windows }) => windows))
  const end = Date.parse(window.end)
  const length = end - Date.parse(window.start)
  // The search is repeated whenever twice as many windows have been read.
  for (let read = 1, next = 1; read <= reach && sought.some(({ open }) => open); read++) {
    const [start, stop] = [new Date(end - read * length), new Date(end - (read - 1) * length)]
    const parts = await partsOf({ start, end: stop }, inSegments)
    const all = parts.filter(({ segment }) => segment === '')
    const decoded = parts.map((part) => ({
      segment: part.segment,
      start: part.bucket.toISOString(),
      profile: decodeProfile(part.profile, binning),
    }))
    for (const search of sought) search.add(decoded)
    if (read < next && read < reach && all.length > 0) continue
    for (const search of sought) search.look()
    if (all.length === 0) break
    next *= 2
  }
  return withSince(result, new Map(sought.flatMap(({ known }) => known)))
}

/** What the finding stands against. */
function referenceOf(
  { feature, segment, windows, reference: name }: FeatureReport,
  compared: Sought['compared'],
): FeatureCounts | undefined {
  const found = compared.find(({ reference }) => name === undefined || reference.name === name)
  const profile =
    segment !== undefined
      ? found?.segments.find((one) => one.name === segment)?.reference
      : windows === 1
        ? found?.reference.profile
        : found?.reference.forSpan(windows)
  return profile?.features.find(({ binning }) => binning.name === feature)
}

interface DatedProfile {
  readonly segment: string
  readonly start: string
  readonly profile: Profile
}

/** The search for the beginning of one feature's change. */
class Search {
  readonly segment: string
  readonly windows: number
  open = true
  readonly #feature: FeatureReport
  readonly #reference: FeatureCounts
  #buckets: TimedCells[] = []
  #found: Since | null = null

  constructor(feature: FeatureReport, reference: FeatureCounts) {
    this.#feature = feature
    this.#reference = reference
    this.segment = feature.segment ?? ''
    this.windows = feature.windows
  }

  get known(): [string, Since][] {
    return this.#found === null ? [] : [[titleOf(this.#feature), this.#found]]
  }

  /** The parts of the window before those that were added so far, in order of event time. */
  add(parts: readonly DatedProfile[]): void {
    if (!this.open) return
    const cells = new Map<string, Float64Array[]>()
    for (const { segment, start, profile } of parts) {
      if (segment !== this.segment) continue
      const counts = profile.features.find(
        ({ binning }) => binning.name === this.#feature.feature,
      ) as FeatureCounts
      cells.set(start, [...(cells.get(start) ?? []), cellsOf(counts)])
    }
    const added = [...cells].map(([start, each]) => ({ start, cells: sumOfCells(each) }))
    this.#buckets = [...added, ...this.#buckets].sort((left, right) =>
      left.start < right.start ? -1 : 1,
    )
  }

  look(): void {
    if (!this.open) return
    this.#found = sinceOf(this.#reference.kind, cellsOf(this.#reference), this.#buckets)
    this.open = this.#found?.earlier ?? true
  }
}
