import { partsBelow } from '../adapters/postgres/parts.ts'
import { belowOf, verdictNamesBetween } from '../adapters/postgres/verdicts.ts'
import type { Binning } from '../contracts/binning.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import { mergeSpans, type Span, windowsOfSpans } from '../judging/merge-spans.ts'
import { longestSpanStart, type SpanSettings, spansDue } from '../policies/spans.ts'
import type { ScanDeps } from './scan-deps.ts'

export interface SpansAsked {
  readonly version: string
  readonly binning: Binning
  /** The number of the last verdict that counts. */
  readonly known: number
}

/**
 * The longer spans that end with this window, of one model version: its rows and those of the windows before whose
 * own verdict found nothing wrong. A span that holds the window alone is left out.
 */
export async function longerSpans(
  { db }: ScanDeps,
  plan: ScanPlan,
  settings: SpanSettings,
  { version, binning, known }: SpansAsked,
): Promise<Span[]> {
  const { length } = settings.window
  const start = Date.parse(plan.window.start)
  const end = Date.parse(plan.window.end)
  // Every span ends here, so the longest one holds the others.
  const first = longestSpanStart(settings, start)
  if (first === null) return []
  // Windows before the reading began have no rows in it, whatever was said of them.
  const from = Math.max(
    first,
    plan.began === undefined ? first : Date.parse(plan.began.windowsFrom),
  )
  const between = { from: new Date(from), to: new Date(start), known }
  const names = await verdictNamesBetween(db, plan.model, between)
  const due = spansDue(settings, start, names)
  if (due.length === 0) return []
  const parts = await partsBelow(
    db,
    plan.reading,
    { start: new Date(first), end: new Date(end) },
    belowOf(plan),
  )
  const windows = windowsOfSpans(due, parts, { startMs: start, lengthMs: length, version }, binning)
  return mergeSpans(due, (at) => windows.get(at) ?? null, binning)
}
