import { type Period, type PeriodSettings, parsePeriod } from '../contracts/calendar.ts'

/** Local time of a zone, counted as if it were UTC: milliseconds to milliseconds. */
export type LocalTimeIn = (zone: string) => (timeMs: number) => number

/** An unbroken stretch of periods. */
export interface Stretch {
  readonly fromMs: number
  readonly untilMs: number
  /** Of its periods, those that give one. */
  readonly reasons: readonly string[]
}

const dayMs = 86_400_000
/** 1970-01-05 was the first Monday. */
const mondayMs = 4 * dayMs
/** Periods that leave no gap at all end here: nobody plans further. */
const farthestMs = 400 * dayMs

/**
 * The stretch of periods that `atMs` lies in, periods that touch or overlap as one; null: it lies in none. A time that
 * a zone has twice (clocks go back) is the first one at the beginning of a period and the second one at its end, one that
 * it leaves out is the other way round: a stretch is never shorter than it reads.
 */
export function stretchAt(
  periods: readonly PeriodSettings[],
  atMs: number,
  localTimeIn: LocalTimeIn,
): Stretch | null {
  const read = periods.flatMap((each) => parsePeriod(each) ?? [])
  const covering = (timeMs: number) =>
    read.flatMap((period) => occurrences(period, timeMs, localTimeIn))
  let stretch: Stretch | null = null
  for (const found of covering(atMs)) stretch = joined(stretch, found)
  if (stretch === null) return null
  for (let grown = true; grown; ) {
    grown = false
    for (const edge of [stretch.fromMs - 1, stretch.untilMs]) {
      for (const found of covering(edge)) {
        const next: Stretch = joined(stretch, found)
        grown ||= next.fromMs < stretch.fromMs || next.untilMs > stretch.untilMs
        stretch = next
      }
    }
    grown &&= stretch.untilMs - atMs < farthestMs && atMs - stretch.fromMs < farthestMs
  }
  return stretch
}

const joined = (stretch: Stretch | null, { fromMs, untilMs, reasons }: Stretch): Stretch =>
  stretch === null
    ? { fromMs, untilMs, reasons }
    : {
        fromMs: Math.min(stretch.fromMs, fromMs),
        untilMs: Math.max(stretch.untilMs, untilMs),
        reasons: [...new Set([...stretch.reasons, ...reasons])],
      }

/** Where a period holds an instant: once, or not at all, or twice where it follows itself without a gap. */
function occurrences(period: Period, atMs: number, localTimeIn: LocalTimeIn): Stretch[] {
  const reasons = period.reason === '' ? [] : [period.reason]
  const holds = ({ fromMs, untilMs }: Stretch) => fromMs <= atMs && atMs < untilMs
  if (period.kind === 'span') {
    return [{ fromMs: period.fromMs, untilMs: period.untilMs, reasons }].filter(holds)
  }
  const local = localTimeIn(period.zone)
  const { everyMs } = period
  const round = Math.floor((local(atMs) - mondayMs) / everyMs)
  return [round - 1, round, round + 1]
    .map((each) => {
      const wallMs = mondayMs + each * everyMs + period.fromMs
      return {
        fromMs: Math.min(...instantsOf(local, wallMs)),
        untilMs: Math.max(...instantsOf(local, wallMs + period.lengthMs)),
        reasons,
      }
    })
    .filter(holds)
}

/** The instants at which a zone's clocks show a time; where they never do, the two between which they jump over it. */
function instantsOf(local: (timeMs: number) => number, wallMs: number): number[] {
  const offsets = [wallMs - dayMs, wallMs + dayMs].map((near) => local(near) - near)
  const possible = offsets.map((offset) => wallMs - offset)
  const exact = possible.filter((timeMs) => local(timeMs) === wallMs)
  return exact.length > 0 ? exact : possible
}
