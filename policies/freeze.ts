import type { PeriodSettings } from '../contracts/calendar.ts'
import type { Freeze } from '../contracts/release.ts'
import { type LocalTimeIn, stretchAt } from './calendar.ts'

/** The freeze of a gate that holds at `atMs`; null: what is approved moves at once. */
export function freezeAt(
  periods: readonly PeriodSettings[],
  atMs: number,
  localTimeIn: LocalTimeIn,
): Freeze | null {
  const found = stretchAt(periods, atMs, localTimeIn)
  return found && { until: new Date(found.untilMs).toISOString(), reasons: found.reasons }
}

/** How long to wait before asking again, milliseconds: a freeze may be lifted, and one for months is not asked about every hour. */
export const thawPauseMs = (untilMs: number, nowMs: number): number => {
  const left = Math.max(1_000, untilMs - nowMs)
  return Math.min(left, Math.max(3_600_000, Math.floor(left / 24)))
}
