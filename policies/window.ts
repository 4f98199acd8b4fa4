import type { ModelSettings } from '../contracts/config.ts'
import type { Window } from '../contracts/report.ts'

type WindowSettings = Pick<ModelSettings['window'], 'length' | 'anchor' | 'lateness'>

/** The last window that had ended, its lateness included, at the scheduled time (milliseconds since 1970). */
export function windowAt(settings: WindowSettings, scheduledMs: number): Window {
  const { length, lateness } = settings
  const anchor = Date.parse(settings.anchor)
  const end = anchor + Math.floor((scheduledMs - lateness - anchor) / length) * length
  return { start: new Date(end - length).toISOString(), end: new Date(end).toISOString() }
}

/** Start of the window that holds this event time, milliseconds since 1970. */
export const windowStartOf = (
  { anchor, length }: Pick<WindowSettings, 'anchor' | 'length'>,
  timeMs: number,
): number => bucketOf(Date.parse(anchor), length, timeMs)

/** The windows that begin at `sinceMs` or later and end at `untilMs` or before, milliseconds since 1970. */
export function windowsWithin(
  settings: Pick<WindowSettings, 'anchor' | 'length'>,
  sinceMs: number,
  untilMs: number,
): Window[] {
  const { length } = settings
  const windows: Window[] = []
  const last = untilMs - length
  for (let at = windowStartOf(settings, sinceMs + length - 1); at <= last; at += length) {
    windows.push({ start: new Date(at).toISOString(), end: new Date(at + length).toISOString() })
  }
  return windows
}

/** Start of the bucket that holds this event time, milliseconds since 1970. */
export function bucketOf(anchorMs: number, bucketMs: number, timeMs: number): number {
  return anchorMs + Math.floor((timeMs - anchorMs) / bucketMs) * bucketMs
}
