import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { Window } from '../contracts/report.ts'
import { scoreSamples } from '../detectors/score-rows.ts'
import { feedsReference } from '../policies/references.ts'
import { longestSpanStart, spansDue } from '../policies/spans.ts'
import type { JudgeResult } from '../policies/verdict.ts'
import { windowStartOf } from '../policies/window.ts'
import { binningDigest, decodeProfile } from '../profiles/index.ts'
import { type Compared, judgeCompared } from './compared.ts'
import { computedReferences, referencesReach } from './computed-references.ts'
import { fillFromKept } from './fill-from-kept.ts'
import { jointSides } from './joint-sides.ts'
import { KeptParts, type ReplayPart } from './kept-parts.ts'
import type { Cutoff } from './lies-below.ts'
import { mergeSpans, type Span } from './merge-spans.ts'
import { mergeParts, mostRows } from './merged-rows.ts'
import { type PastWindow, PastWindows } from './past-windows.ts'
import { type ReferenceInForce, referencesOf, type TrainingData } from './references-in-force.ts'
import { type ReplayReference, referenceSince } from './replay-reference.ts'
import { pairSegments, segmentsOf } from './segment-profiles.ts'
import { reachWindows, tellSince } from './since.ts'

/** What is known of a window besides its parts. */
export interface WindowFacts {
  readonly window: Window
  /** Of which its parts are; absent: there is one. */
  readonly reading?: string
  /** Absent: it holds all parts of its buckets. */
  readonly below?: Cutoff
  /** Windows that start before have no rows in the reading, whatever was said of them; absent: it held all. */
  readonly readSince?: string
  readonly counts: Parameters<typeof judgeCompared>[0]['counts']
  /** What the version that has the most rows learned from; null: no version has any. */
  readonly referenceOf: (version: string | null) => ReplayReference
  /** The start of the first window of a drift incident that is open, milliseconds since 1970; null: none is. */
  readonly driftOpenSinceMs?: number | null
  /** Retention took counts of the time that it may look back at. */
  readonly earlierGone?: boolean
  /** Everything that a verdict says is worked out; else only what a backtest shows: the same words and alarms. */
  readonly whole?: boolean
}

/** The verdict on one window, and what later windows learn from it. */
export interface Replayed extends JudgeResult {
  readonly window: Window
  readonly rows: number
  readonly looks: PastWindow['looks']
}

/**
 * Judges windows one after the other from stored parts as a scan does, by the same rules; what a scan reads back from
 * PostgreSQL (earlier verdicts, accepted windows, parts of longer spans and of references) is what was judged here, or
 * what `past` says of the windows before. Pure and deterministic.
 */
export class Replay {
  readonly #settings: ModelSettings
  readonly #past: PastWindows
  readonly #kept = new Map<string, KeptParts>()
  readonly #training = new WeakMap<ReplayReference, TrainingData>()

  constructor(settings: ModelSettings, past: readonly PastWindow[] = []) {
    this.#settings = settings
    this.#past = new PastWindows(settings, past)
  }

  add(part: ReplayPart, reading = ''): void {
    this.#keptOf(reading).add(part)
  }

  /** See `KeptParts`: a window's parts, as they are stored by now, instead of those that were added. */
  replace({ start, end }: Window, parts: readonly ReplayPart[], reading = ''): boolean {
    return this.#keptOf(reading).replace(Date.parse(start), Date.parse(end), parts)
  }

  /**
   * Every part of the window, and of late rows until then, was added before. What it throws leaves everything as it
   * was: it may be asked again.
   */
  async judge(facts: WindowFacts): Promise<Replayed> {
    const settings = this.#settings
    const { window, counts, below } = facts
    const kept = this.#keptOf(facts.reading)
    const [startMs, endMs] = [Date.parse(window.start), Date.parse(window.end)]
    const parts = kept.between(startMs, endMs, below)
    const version = mostRows(parts.filter(({ segment }) => segment === ''))
    const stored = facts.referenceOf(version)
    const { binning } = stored
    const own = parts.filter((part) => part.version === version)
    const rows = mergeParts(
      own.filter(({ segment }) => segment === ''),
      binning,
    )
    const segments =
      binning.segments === undefined || version === null
        ? null
        : segmentsOf(
            own.filter(({ segment }) => segment !== ''),
            binning,
          )
    const spans = version === null ? [] : this.#spans(facts, kept, version, binning)
    const references = await this.#references(facts, kept, version ?? stored.version, stored, spans)
    const compared = references
      .filter(({ unused }) => unused === null)
      .map((reference): Compared => {
        const { sample } = reference
        const asked = jointSides(settings, { binning, sample }, () => rows.sample)
        return {
          reference,
          segments: segments === null ? [] : pairSegments(reference.segments, segments, binning),
          asked: asked && { scores: scoreSamples(asked.names, asked.sides) },
          accepted: this.#past.accepted(reference.identity, startMs),
        }
      })
    const { result, looks } = judgeCompared({
      ...{ settings, startMs, references, compared, rows, spans, counts },
      emptyBefore: this.#past.emptyAtEnd,
      outcomeOnly: facts.whole !== true,
    })
    const told = await tellSince(
      async ({ start, end }) =>
        kept
          .between(start.getTime(), end.getTime(), below)
          .filter((part) => part.version === version),
      ...([window, { version, binning, compared }, result] as const),
    )
    this.#past.add({ window, verdict: told.verdict, rows: rows.profile.rows, looks })
    for (const each of this.#kept.values()) each.forget(startMs - this.reachMs)
    return { ...told, window, rows: rows.profile.rows, looks }
  }

  /** Milliseconds before a window from which parts are still there when it is judged. */
  get reachMs(): number {
    return reachOf(this.#settings)
  }

  /** The rows of the version with the most in [from, to) as a reference of their own, under the binning of another. */
  referenceSince(fromMs: number, toMs: number, former: ReplayReference): ReplayReference {
    const from = windowStartOf(this.#settings.window, fromMs)
    return referenceSince(this.#keptOf('').between(from, toMs), former)
  }

  #keptOf(reading = ''): KeptParts {
    const { window } = this.#settings
    const kept =
      this.#kept.get(reading) ??
      new KeptParts(window.length, (timeMs) => windowStartOf(window, timeMs))
    this.#kept.set(reading, kept)
    return kept
  }

  #spans(
    { window, readSince, below }: WindowFacts,
    kept: KeptParts,
    version: string,
    binning: Binning,
  ): Span[] {
    const startMs = Date.parse(window.start)
    const first = longestSpanStart(this.#settings, startMs)
    if (first === null) return []
    const from = Math.max(first, readSince === undefined ? first : Date.parse(readSince))
    const due = spansDue(this.#settings, startMs, this.#past.verdictsSince(from))
    const profileAt = (at: number) =>
      kept.windowProfiles(at, version, binning, below).get('') ?? null
    return mergeSpans(due, profileAt, binning)
  }

  async #references(
    { window, below, earlierGone = false, driftOpenSinceMs = null }: WindowFacts,
    kept: KeptParts,
    version: string,
    stored: ReplayReference,
    spans: readonly Span[],
  ): Promise<ReferenceInForce[]> {
    const settings = this.#settings
    const { binning } = stored
    const looks = [1, ...spans.map(({ windows }) => windows)]
    const reach = referencesReach(settings, Math.max(...looks))
    const named = () => this.#past.verdictsSince(Date.parse(window.start) - reach)
    const kinds = Object.values(settings.references).map(({ kind }) => kind)
    const isComputed = kinds.some((kind) => kind !== 'training')
    const feeds = isComputed ? feedsReference(named(), driftOpenSinceMs) : () => false
    const asked = { settings, window, binning, looks, feeds, gone: earlierGone }
    const rows = { kept, version, binning, ...(below && { below }) }
    const computed = await computedReferences(asked, fillFromKept(rows, settings))
    return referencesOf(settings, {
      ...{ version, computed },
      binning: isComputed ? binningDigest(binning) : '',
      training: kinds.includes('training') ? this.#decoded(stored) : null,
    })
  }

  #decoded(stored: ReplayReference): TrainingData {
    const known = this.#training.get(stored)
    if (known !== undefined) return known
    const { version, digest, binning, sample, absorbed = null } = stored
    const decoded = {
      ...{ version, digest, sample, absorbed, profile: decodeProfile(stored.profile, binning) },
      segments: segmentsOf(stored.segments, binning),
    }
    this.#training.set(stored, decoded)
    return decoded
  }
}

/** Milliseconds before the start of a window that its verdict may look back at. */
export function reachOf(settings: ModelSettings): number {
  const { scales } = settings.detection
  const windows = Math.max(reachWindows, ...scales) * settings.window.length
  return Math.max(windows, referencesReach(settings, Math.max(1, ...scales)))
}
