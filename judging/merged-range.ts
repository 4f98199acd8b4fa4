import type { Binning } from '../contracts/binning.ts'
import type { Window } from '../contracts/report.ts'
import { decodeProfile, decodeSample } from '../profiles/index.ts'
import { RowsBySegment, type SegmentedRows } from './rows-by-segment.ts'

/** Rows of one model version, of all rows ('') or of a segment. */
export interface RangePart {
  readonly segment: string
  readonly profile: Uint8Array
  readonly sample: Uint8Array | null
}

export interface MergedRange {
  readonly whole: SegmentedRows
  /** Windows that had rows, in order of time. */
  readonly held: readonly Window[]
  /** The whole without one window, by its start: what that window may be held against. */
  readonly without: ReadonlyMap<string, SegmentedRows>
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
  const whole = new RowsBySegment(binning)
  const others = new Map(without.map((start) => [start, new RowsBySegment(binning)]))
  const held: Window[] = []
  for (const window of windows) {
    const parts = await partsOf(window)
    if (parts.length === 0) continue
    held.push(window)
    const own = new RowsBySegment(binning)
    for (const { segment, profile, sample } of parts) {
      own.take(segment, decodeProfile(profile, binning), sample && decodeSample(sample))
    }
    whole.takeAll(own)
    for (const [start, other] of others) if (start !== window.start) other.takeAll(own)
  }
  return { whole, held, without: others }
}
