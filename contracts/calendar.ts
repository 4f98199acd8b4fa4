import { z } from 'zod'
import { timeZone } from './time-zone.ts'

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const minuteMs = 60_000
const dayMs = 86_400_000

/** A period as it is read: a span between two instants, or one that comes again every day or every week. */
export type Period = { readonly zone: string; readonly reason: string } & (
  | { readonly kind: 'span'; readonly fromMs: number; readonly untilMs: number }
  | {
      readonly kind: 'again'
      /** A day or a week, milliseconds of local time. */
      readonly everyMs: number
      /** After local midnight, or after that of Monday. */
      readonly fromMs: number
      readonly lengthMs: number
    }
)

interface Written {
  readonly from: string
  readonly until: string
  readonly zone?: string | undefined
  readonly reason?: string | undefined
}

/** Null: the two ends do not fit together. */
export function parsePeriod({ from, until, zone = 'UTC', reason = '' }: Written): Period | null {
  const common = { zone, reason }
  const [fromMs, untilMs] = [instantOf(from), instantOf(until)]
  if (fromMs !== null && untilMs !== null) {
    return fromMs < untilMs ? { ...common, kind: 'span', fromMs, untilMs } : null
  }
  const [begin, end] = [timeOf(from), timeOf(until)]
  if (begin === null || end === null || begin.everyMs !== end.everyMs) return null
  const { everyMs } = begin
  const length = (((end.atMs - begin.atMs) % everyMs) + everyMs) % everyMs
  return { ...common, kind: 'again', everyMs, fromMs: begin.atMs, lengthMs: length || everyMs }
}

const instantOf = (text: string): number | null =>
  z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : null

/** `22:00` of every day, `fri 16:00` of every week; null for anything else. */
function timeOf(text: string): { everyMs: number; atMs: number } | null {
  const [, weekday, hour = '', minute = ''] =
    /^(?:(mon|tue|wed|thu|fri|sat|sun) )?(\d\d):(\d\d)$/.exec(text) ?? []
  const minutes = Number(hour) * 60 + Number(minute)
  if (hour === '' || Number(minute) > 59 || minutes > 24 * 60) return null
  if (weekday === undefined) return { everyMs: dayMs, atMs: minutes * minuteMs }
  const day = weekdays.indexOf(weekday as (typeof weekdays)[number])
  return { everyMs: 7 * dayMs, atMs: day * dayMs + minutes * minuteMs }
}

/** Such as "2026-12-20T00:00:00+01:00", "fri 16:00" or "22:00". */
const end = z.string().min(1)

/** A span, or what comes again every day or every week. */
export const periodSettings = z
  .strictObject({
    from: end.describe('an instant, a weekday and a time ("fri 16:00") or a time ("22:00") ...'),
    until: end.describe('... until another of the same kind; the next one where it comes before'),
    zone: timeZone.optional().describe('where weekday and time are told; UTC unless said'),
    reason: z.string().min(1).optional().describe('said to people'),
  })
  .refine((period) => parsePeriod(period) !== null, {
    error:
      'expected two instants with a zone, the earlier first, or two times such as "22:00" or "fri 16:00"',
  })
export type PeriodSettings = z.infer<typeof periodSettings>
