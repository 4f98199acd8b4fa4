import { formatDuration } from '../contracts/duration.ts'
import type { Unused } from '../contracts/reference-report.ts'
import { type ReferenceSettings, reachOf, weeksByDefault } from '../contracts/reference-settings.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const weekMs = 7 * dayMs

/** A stretch of event time that lies within one window, milliseconds since 1970. */
export interface Piece {
  readonly start: number
  readonly end: number
}

/** What a reference wants to hold for one look. */
export interface Wanted {
  /** In order of time, all of them before the look; none of a window that does not feed it. */
  readonly pieces: readonly Piece[]
  /** Time of the pieces when every window feeds it and the history is long enough. */
  readonly fullMs: number
  /** A local date of the look that cannot be compared; null: there is none. */
  readonly holiday: string | null
}

/** The time that is looked at: one window, or the span of several that ends with it. */
export interface LookedAt {
  readonly startMs: number
  readonly endMs: number
}

export interface ReferenceGrid {
  /** Windows and buckets, milliseconds; both grids begin at the anchor. */
  readonly length: number
  readonly bucket: number
  readonly anchorMs: number
  /** Whether a window, by its start, may be part of a reference. */
  readonly feeds: (windowStartMs: number) => boolean
}

/** Only these verdicts say that a window may become part of a reference: nothing was found wrong with it. */
const feeding: ReadonlySet<string> = new Set(['NO_DRIFT', 'INSUFFICIENT_DATA'])

/**
 * Which windows feed a reference. One that was judged feeds it when nothing was found wrong; one without a verdict (read
 * by a backfill) or with too few rows does so too, unless a drift incident that began before is still open: what lasts
 * would otherwise become its own reference.
 */
export function feedsReference(
  verdicts: ReadonlyMap<number, string>,
  driftOpenSinceMs: number | null,
): (windowStartMs: number) => boolean {
  return (start) => {
    const verdict = verdicts.get(start) ?? 'INSUFFICIENT_DATA'
    if (!feeding.has(verdict)) return false
    return verdict === 'NO_DRIFT' || driftOpenSinceMs === null || start < driftOpenSinceMs
  }
}

/** The windows of the last `last` milliseconds before what is looked at. */
export function rollingPieces(
  { last = 0 }: Pick<ReferenceSettings, 'last'>,
  { startMs }: LookedAt,
  { length, feeds }: ReferenceGrid,
): Wanted {
  const pieces: Piece[] = []
  for (let start = startMs - last; start < startMs; start += length) {
    if (feeds(start)) pieces.push({ start, end: start + length })
  }
  return { pieces, fullMs: last, holiday: null }
}

/**
 * The buckets at the same local hours of the week as those looked at, in so many weeks before. The local hour decides,
 * as the middle of a bucket has it: an hour that the clocks skip is missing in that week, one that they repeat counts
 * twice. Buckets longer than an hour are told apart by their own length. Weeks are counted from the first occurrence of
 * each hour within the look, so that a look of more than a week is compared with weeks before it. Holidays feed nothing,
 * and a look that touches one is not compared.
 * @param toLocal local time of an instant, counted as if it were UTC
 */
export function sameHourPieces(
  { weeks = weeksByDefault, holidays = [] }: { weeks?: number; holidays?: readonly string[] },
  look: LookedAt,
  { length, bucket, anchorMs, feeds }: ReferenceGrid,
  toLocal: (timeMs: number) => number,
): Wanted {
  const slotMs = Math.max(hourMs, bucket)
  const left = new Set(holidays)
  const placeOf = (start: number) => {
    const local = toLocal(start + bucket / 2)
    const week = Math.floor(local / weekMs)
    return { local, week, slot: Math.floor((local - week * weekMs) / slotMs) }
  }
  const firstWeek = new Map<number, number>()
  let holiday: string | null = null
  for (let at = look.startMs; at < look.endMs; at += bucket) {
    const { local, week, slot } = placeOf(at)
    if (left.has(dateOf(local))) holiday ??= dateOf(local)
    firstWeek.set(slot, Math.min(week, firstWeek.get(slot) ?? week))
  }
  const pieces: Piece[] = []
  const earliest = look.startMs - reachOf({ kind: 'same-hour-of-week', weeks })
  const from = anchorMs + Math.floor((earliest - anchorMs) / length) * length
  for (let window = from; window < look.startMs; window += length) {
    if (!feeds(window)) continue
    for (let at = window; at < window + length; at += bucket) {
      const { local, week, slot } = placeOf(at)
      const first = firstWeek.get(slot)
      if (first === undefined || week >= first || week < first - weeks) continue
      if (left.has(dateOf(local))) continue
      const before = pieces.at(-1)
      if (before?.end === at && at > window)
        pieces[pieces.length - 1] = { ...before, end: at + bucket }
      else pieces.push({ start: at, end: at + bucket })
    }
  }
  return { pieces, fullMs: weeks * firstWeek.size * slotMs, holiday }
}

const dateOf = (localMs: number): string => new Date(localMs).toISOString().slice(0, 10)

/** Why a reference with so much in it is not used; null: it is. Half of its history must be there; `gone`: retention took some of it. */
export function unusedBecause(
  { fullMs, holiday }: Wanted,
  held: { readonly ms: number; readonly rows: number; readonly gone?: boolean },
  minimumRows: number,
): Unused | null {
  if (holiday !== null) {
    return {
      code: 'HOLIDAY',
      sentence: `${holiday} is a holiday, which is compared with no other day`,
    }
  }
  if (held.ms < fullMs / 2) {
    const sentence = `it holds ${formatDuration(held.ms)} of ${formatDuration(fullMs)}, and half is needed`
    return held.gone === true
      ? {
          code: 'COUNTS_NOT_KEPT',
          sentence: `${sentence}; storage.retention.parts did not keep the counts of older windows`,
        }
      : { code: 'TOO_LITTLE_HISTORY', sentence }
  }
  if (held.rows < minimumRows) {
    return {
      code: 'TOO_FEW_ROWS',
      sentence: `it holds ${held.rows} rows, ${minimumRows} are needed`,
    }
  }
  return null
}

/** The pieces with those that touch each other joined, for the evidence. */
export function joinedPieces(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = []
  for (const piece of [...pieces].sort((left, right) => left.start - right.start)) {
    const before = joined.at(-1)
    if (before?.end === piece.start) joined[joined.length - 1] = { ...before, end: piece.end }
    else joined.push(piece)
  }
  return joined
}
