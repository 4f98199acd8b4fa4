import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { Window } from '../contracts/report.ts'
import { scoreSamples } from '../detectors/score-rows.ts'
import type { AcceptedWindow, Strengths } from '../policies/history.ts'
import { historyLength, longestSpanStart, spansDue } from '../policies/spans.ts'
import type { JudgeResult } from '../policies/verdict.ts'
import { windowStartOf } from '../policies/window.ts'
import {
  createProfile,
  createSample,
  decodeProfile,
  decodeSample,
  encodeProfile,
  encodeSample,
  mergeProfiles,
  mergeSamples,
  type Profile,
  profileDigest,
} from '../profiles/index.ts'
import { absentFeatures } from './absent-features.ts'
import { jointSides } from './joint-sides.ts'
import { judgeProfiles } from './judge-profiles.ts'
import { mergeSpans } from './merge-spans.ts'
import { mergeParts, mostRows, type Part } from './merged-rows.ts'
import { pairSegments, type SegmentPart, segmentsOf } from './segment-profiles.ts'
import { reachWindows, tellSince } from './since.ts'

/** A part of all rows, or of a segment by its name. */
export interface ReplayPart extends Part {
  readonly segment: string
}

/** What windows are held against. */
export interface ReplayReference {
  readonly digest: string
  readonly binning: Binning
  readonly profile: Uint8Array
  readonly segments: readonly SegmentPart[]
  readonly sample: Uint8Array | null
}

/** What is known of a window besides its parts. */
export interface WindowFacts {
  readonly window: Window
  /** Windows that start before have no rows in the reading, whatever was said of them; absent: it held all. */
  readonly readSince?: string
  readonly counts: { readonly bad: number; readonly lost: number }
  readonly reference: ReplayReference
}

/** A window as a verdict left it for those after it. */
export interface PastWindow {
  readonly window: Window
  readonly verdict: string
  readonly rows: number
  readonly reference: string
  readonly looks: AcceptedWindow['looks']
}

/** The verdict on one window, and what later windows learn from it. */
export interface Replayed extends JudgeResult {
  readonly window: Window
  readonly rows: number
  readonly looks: Readonly<Record<string, Strengths>>
}

/** More accepted windows tell no more about how much windows vary. */
export const mostAccepted = 2_000

/**
 * Judges windows one after the other from stored parts as a scan does, by the same rules; what a scan reads back from
 * PostgreSQL (earlier verdicts, accepted windows, parts of longer spans) is what was judged here, or what `past` says
 * of the windows before. Pure and deterministic.
 */
export class Replay {
  readonly #settings: ModelSettings
  readonly #past: PastWindow[]
  /** Parts by the start of their window. */
  readonly #parts = new Map<number, ReplayPart[]>()
  readonly #references = new Map<string, Profile>()

  constructor(settings: ModelSettings, past: readonly PastWindow[] = []) {
    this.#settings = settings
    this.#past = [...past]
  }

  add(part: ReplayPart): void {
    const at = this.#startOf(part.bucket.getTime())
    const parts = this.#parts.get(at)
    if (parts === undefined) this.#parts.set(at, [part])
    else parts.push(part)
  }

  /** Every part of the window, and of late rows until then, was added before. */
  async judge({ window, readSince, counts, reference }: WindowFacts): Promise<Replayed> {
    const settings = this.#settings
    const { binning } = reference
    const [startMs, endMs] = [Date.parse(window.start), Date.parse(window.end)]
    const parts = this.#between(startMs, endMs)
    const version = mostRows(parts.filter(({ segment }) => segment === ''))
    const own = parts.filter((part) => part.version === version)
    const rows = mergeParts(
      own.filter(({ segment }) => segment === ''),
      binning,
    )
    const segments =
      reference.segments.length === 0
        ? []
        : pairSegments(
            segmentsOf(reference.segments, binning),
            segmentsOf(
              own.filter(({ segment }) => segment !== ''),
              binning,
            ),
            binning,
          )
    const asked = jointSides(settings, reference, () => rows.sample)
    const before = this.#decoded(reference)
    const {
      result,
      looks: [looks = {}],
    } = judgeProfiles({
      ...{ settings, rows, segments, counts },
      reference: before,
      absent: absentFeatures(settings, before),
      spans: version === null ? [] : this.#spans(window, version, binning, readSince),
      ...(asked && { joint: scoreSamples(asked.names, asked.sides) }),
      emptyBefore: this.#emptyBefore(),
      history: { accepted: this.#accepted(reference.digest, startMs), startMs },
    })
    const told = await tellSince(
      async ({ start, end }) =>
        this.#between(start.getTime(), end.getTime()).filter((part) => part.version === version),
      window,
      {
        version,
        binning,
        compared: [{ reference: { name: '', profile: before, forSpan: () => before }, segments }],
      },
      result,
    )
    const past = { window, verdict: told.verdict, rows: rows.profile.rows, looks }
    this.#past.push({ ...past, reference: reference.digest })
    this.#forget(startMs)
    return { ...told, window, rows: rows.profile.rows, looks }
  }

  /** Milliseconds before a window from which parts are still there when it is judged. */
  get reachMs(): number {
    return reachOf(this.#settings) * this.#settings.window.length
  }

  /** The rows of the version with the most in [from, to) as a reference of their own, under the binning of another. */
  referenceSince(fromMs: number, toMs: number, former: ReplayReference): ReplayReference {
    const { binning } = former
    const parts = this.#between(this.#startOf(fromMs), toMs)
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
      ...{ binning, profile, digest: profileDigest(profile) },
      segments: Object.entries(segments).map(([segment, bytes]) => ({ segment, profile: bytes })),
      sample: former.sample === null ? null : encodeSample(sample),
    }
  }

  #startOf(timeMs: number): number {
    return windowStartOf(this.#settings.window, timeMs)
  }

  #between(startMs: number, endMs: number): ReplayPart[] {
    const found: ReplayPart[] = []
    for (let at = startMs; at < endMs; at += this.#settings.window.length) {
      found.push(...(this.#parts.get(at) ?? []))
    }
    return found
  }

  #spans(window: Window, version: string, binning: Binning, readSince: string | undefined) {
    const startMs = Date.parse(window.start)
    const first = longestSpanStart(this.#settings, startMs)
    if (first === null) return []
    const from = Math.max(first, readSince === undefined ? first : Date.parse(readSince))
    const names = new Map<number, string>()
    for (let i = this.#past.length - 1; i >= 0; i--) {
      const { window: before, verdict } = this.#past[i] as PastWindow
      const at = Date.parse(before.start)
      if (at < from) break
      names.set(at, verdict)
    }
    const due = spansDue(this.#settings, startMs, names)
    if (due.length === 0) return []
    const lengthMs = this.#settings.window.length
    const parts = this.#between(first, Date.parse(window.end)).filter(
      ({ segment }) => segment === '',
    )
    return mergeSpans(due, parts, { startMs, lengthMs, version }, binning)
  }

  #emptyBefore(): number {
    const last = this.#past.findLastIndex(({ rows }) => rows > 0)
    return Math.min(1_000, this.#past.length - 1 - last)
  }

  #accepted(reference: string, startMs: number): AcceptedWindow[] {
    const { acceptedUntil } = this.#settings.detection.history
    const until = acceptedUntil === undefined ? Number.NEGATIVE_INFINITY : Date.parse(acceptedUntil)
    const from = startMs - historyLength(this.#settings)
    const found: AcceptedWindow[] = []
    for (let i = this.#past.length - 1; i >= 0 && found.length < mostAccepted; i--) {
      const { window, verdict, reference: against, looks } = this.#past[i] as PastWindow
      const endMs = Date.parse(window.end)
      if (endMs <= from) break
      const accepted = verdict === 'NO_DRIFT' || endMs <= until
      if (endMs <= startMs && accepted && against === reference) found.push({ endMs, looks })
    }
    return found.reverse()
  }

  #decoded({ digest, profile, binning }: ReplayReference): Profile {
    let decoded = this.#references.get(digest)
    if (decoded === undefined) {
      decoded = decodeProfile(profile, binning)
      this.#references.set(digest, decoded)
    }
    return decoded
  }

  /** No look reaches further back than the longest span, or than the search for a beginning does. */
  #forget(startMs: number): void {
    for (const at of this.#parts.keys()) if (at < startMs - this.reachMs) this.#parts.delete(at)
  }
}

/** Windows before one that it may look back at. */
export const reachOf = ({ detection }: Pick<ModelSettings, 'detection'>): number =>
  Math.max(reachWindows, ...detection.scales)
