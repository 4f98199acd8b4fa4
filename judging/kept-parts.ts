import type { Binning } from '../contracts/binning.ts'
import { createProfile, decodeProfile, mergeProfiles, type Profile } from '../profiles/index.ts'
import { type Cutoff, liesBelow, type Place } from './lies-below.ts'
import type { Part } from './merged-rows.ts'

/** A part of all rows, or of a segment by its name. */
export interface ReplayPart extends Part {
  readonly segment: string
  /** Absent: whoever asks for its bucket may hold it. */
  readonly place?: Place
  /** The end of its event time, where buckets of a whole window were rolled up into it. */
  readonly until?: Date
}

/** The rows of a window of one version, or of a segment in it, and the parts that they were merged from. */
interface Merged {
  readonly parts: readonly ReplayPart[]
  readonly profile: Profile
}

/** Parts of one reading while windows may still look at them, and what whole windows of them come to, merged once. */
export class KeptParts {
  readonly #lengthMs: number
  readonly #startOf: (timeMs: number) => number
  /** Parts by the start of their window. */
  readonly #parts = new Map<number, ReplayPart[]>()
  readonly #merged = new Map<number, Map<string, Merged>>()

  constructor(lengthMs: number, startOf: (timeMs: number) => number) {
    this.#lengthMs = lengthMs
    this.#startOf = startOf
  }

  add(part: ReplayPart): void {
    const at = this.#startOf(part.bucket.getTime())
    const parts = this.#parts.get(at)
    if (parts === undefined) this.#parts.set(at, [part])
    else parts.push(part)
  }

  /**
   * The buckets in [startMs, endMs) of windows that begin there, as they are stored by now: parts may have been merged
   * since they were added. False, and nothing is changed: they hold fewer rows of a version or segment than then.
   */
  replace(startMs: number, endMs: number, parts: readonly ReplayPart[]): boolean {
    const held = rowsOf(this.between(startMs, endMs))
    const now = rowsOf(parts)
    if ([...held].some(([key, rows]) => (now.get(key) ?? 0) < rows)) return false
    for (let at = this.#startOf(startMs); at < endMs; at += this.#lengthMs) this.#parts.delete(at)
    for (const part of parts) this.add(part)
    return true
  }

  /** Parts of the buckets in [startMs, endMs) that a window may hold; of every window that begins there when both are starts. */
  between(startMs: number, endMs: number, below?: Cutoff): ReplayPart[] {
    const found: ReplayPart[] = []
    for (let at = this.#startOf(startMs); at < endMs; at += this.#lengthMs) {
      for (const part of this.#parts.get(at) ?? []) {
        const time = part.bucket.getTime()
        if (time < startMs || time >= endMs || !liesBelow(part, below)) continue
        // Rows of a bucket behind the end cannot be told from the others any more.
        if (part.until === undefined || part.until.getTime() <= endMs) found.push(part)
      }
    }
    return found
  }

  /** The rows of one version in the window that starts at `at`, by segment ('': all rows). Not to be changed. */
  windowProfiles(at: number, version: string, binning: Binning, below?: Cutoff) {
    const parts = this.between(at, at + this.#lengthMs, below).filter(
      (part) => part.version === version,
    )
    const bySegment = Map.groupBy(parts, ({ segment }) => segment)
    return new Map(
      [...bySegment].map(([segment, own]) => [
        segment,
        this.#profileOf(at, `${version} ${segment}`, own, binning),
      ]),
    )
  }

  forget(beforeMs: number): void {
    for (const kept of [this.#parts, this.#merged]) {
      for (const at of kept.keys()) if (at < beforeMs) kept.delete(at)
    }
  }

  #profileOf(at: number, key: string, parts: readonly ReplayPart[], binning: Binning): Profile {
    const ofWindow = this.#merged.get(at) ?? new Map<string, Merged>()
    this.#merged.set(at, ofWindow)
    const known = ofWindow.get(key)
    // Late rows may have come to it since.
    const same =
      known?.profile.binning === binning &&
      known.parts.length === parts.length &&
      known.parts.every((part, i) => part === parts[i])
    if (known !== undefined && same) return known.profile
    const profile = createProfile(binning)
    for (const part of parts) mergeProfiles(profile, decodeProfile(part.profile, binning))
    ofWindow.set(key, { parts, profile })
    return profile
  }
}

/** By version and segment. */
function rowsOf(parts: readonly ReplayPart[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const { version, segment, rows } of parts) {
    const key = JSON.stringify([version, segment])
    found.set(key, (found.get(key) ?? 0) + rows)
  }
  return found
}
