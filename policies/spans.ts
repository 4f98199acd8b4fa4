import type { ModelSettings } from '../contracts/config.ts'
import { type BudgetSettings, budgetOfTests, isDue, levelOfLook, scalesInForce } from './budget.ts'

export interface SpanSettings {
  readonly window: Pick<ModelSettings['window'], 'length' | 'anchor'>
  readonly detection: Pick<ModelSettings['detection'], 'scales'> & {
    readonly budget: BudgetSettings
  }
  /** What windows are held against; absent: one reference. */
  readonly references?: ModelSettings['references']
  /** Absent: the model has none, and tests of the data have the whole budget. */
  readonly labels?: unknown
}

/** A longer span that is due with a window. */
export interface SpanDue {
  /** How many windows it is long. */
  readonly windows: number
  /** Chance of a false alarm that the look at it may take. */
  readonly significance: number
  /** Starts of the windows that are merged, milliseconds since 1970; the judged one is the last. */
  readonly merged: readonly number[]
}

/** Only these say that a window may be merged: broken or lost input would be seen again, and so would known drift. */
const mergeable: ReadonlySet<string> = new Set(['NO_DRIFT', 'INSUFFICIENT_DATA'])

/** Chance of a false alarm that the look at one window against one reference may take. */
export const windowSignificance = (settings: SpanSettings): number => significanceOf(settings, 1)

/**
 * Every scale and every reference in force has an equal share of the budget, whatever history a reference has so far:
 * the level of a look does not depend on the data.
 */
function significanceOf(settings: SpanSettings, windows: number): number {
  const { window, detection, references, labels } = settings
  const scales = scalesInForce(detection.scales, window.length, detection.budget).length
  const held = references === undefined ? 1 : Object.keys(references).length
  const budget = budgetOfTests(detection.budget, labels !== undefined)
  return levelOfLook(windows, scales * held, window.length, budget)
}

/** How far back accepted windows say how much windows vary, milliseconds. */
export const historyLength = ({
  window,
  detection,
}: Pick<ModelSettings, 'window' | 'detection'>): number =>
  detection.history.length ?? Math.max(56 * 86_400_000, 64 * window.length)

/** How long the longest span is, due or not, milliseconds. */
export const longestSpan = ({ window, detection }: SpanSettings): number =>
  (scalesInForce(detection.scales, window.length, detection.budget).at(-1) ?? 1) * window.length

/** Start of the longest span that is due with the window starting at `startMs`; null when none is. */
export function longestSpanStart(settings: SpanSettings, startMs: number): number | null {
  const longest = scalesDue(settings, startMs).at(-1)
  return longest === undefined ? null : startMs - (longest - 1) * settings.window.length
}

/**
 * The longer spans that end with the window starting at `startMs`: it and those of the windows before whose own
 * verdict, by start, found nothing wrong. A span that holds the window alone is left out.
 */
export function spansDue(
  settings: SpanSettings,
  startMs: number,
  verdicts: ReadonlyMap<number, string>,
): SpanDue[] {
  const { window } = settings
  const kept = [...verdicts]
    .filter(([at, verdict]) => at < startMs && mergeable.has(verdict))
    .map(([at]) => at)
    .sort((left, right) => left - right)
  return scalesDue(settings, startMs).flatMap((windows): SpanDue[] => {
    const first = startMs - (windows - 1) * window.length
    const before = kept.filter((at) => at >= first)
    if (before.length === 0) return []
    const significance = significanceOf(settings, windows)
    return [{ windows, significance, merged: [...before, startMs] }]
  })
}

function scalesDue({ window, detection }: SpanSettings, startMs: number): number[] {
  const anchor = Date.parse(window.anchor)
  return scalesInForce(detection.scales, window.length, detection.budget).filter(
    (scale) => scale > 1 && isDue(scale, window.length, startMs, anchor),
  )
}
