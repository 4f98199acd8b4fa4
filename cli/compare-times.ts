import type { Column, NumericColumn, TimestampColumn } from '../adapters/files/table.ts'
import { localClock } from '../formats/local-time.ts'

const dayMs = 86_400_000

/** Parts of an instant as a scan has them, with their cycle and the time that one turn of it takes at least. */
const parts = [
  { part: 'hour', cycle: 24, turn: dayMs },
  { part: 'weekday', cycle: 7, turn: 7 * dayMs },
  { part: 'day', cycle: 31, turn: 31 * dayMs },
  { part: 'month', cycle: 12, turn: 365 * dayMs },
] as const

/** One column of numbers out of a timestamp, on both sides. */
export interface TimePart {
  readonly name: string
  readonly cycle: number
  readonly before: NumericColumn
  readonly now: NumericColumn
}

/**
 * Both sides of a timestamp as its hour, weekday, day and month in UTC, or as those whose whole cycle both sides span:
 * of two weeks, the days and the months differ without anything having changed. Times of day without an hour are none.
 */
export function timeParts(
  before: TimestampColumn,
  now: TimestampColumn,
): { readonly parts: readonly TimePart[]; readonly leftOut: readonly string[] } {
  const spanned = Math.min(spanOf(before), spanOf(now))
  const isDates = [before, now].every(({ values }) =>
    values.every((ms) => Number.isNaN(ms) || ms % dayMs === 0),
  )
  // A day is added: the last one counts in full.
  const fits = ({ part, turn }: (typeof parts)[number]) =>
    part === 'hour' ? !isDates && spanned >= turn : spanned + dayMs >= turn
  const clock = localClock('UTC')
  const columnOf = (
    column: TimestampColumn,
    part: (typeof parts)[number]['part'],
  ): NumericColumn => ({
    kind: 'numeric',
    name: `${column.name}.${part}`,
    values: column.values.map((ms) => (Number.isNaN(ms) ? ms : clock(ms)[part])),
    broken: column.broken,
  })
  return {
    parts: parts.filter(fits).map(({ part, cycle }) => ({
      name: `${before.name}.${part}`,
      cycle,
      before: columnOf(before, part),
      now: columnOf(now, part),
    })),
    leftOut: parts
      .filter((one) => !fits(one) && !(one.part === 'hour' && isDates))
      .map(({ part }) => `${before.name}.${part}`),
  }
}

function spanOf({ values }: TimestampColumn): number {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const ms of values) {
    if (ms < first) first = ms
    if (ms > last) last = ms
  }
  return last < first ? 0 : last - first
}

/** The columns of both tables with each timestamp replaced by its parts. */
export function withTimeParts(
  names: readonly string[],
  before: ReadonlyMap<string, Column>,
  now: ReadonlyMap<string, Column>,
) {
  const [left, right] = [new Map(before), new Map(now)]
  const cycles = new Map<string, number>()
  const leftOut: string[] = []
  const all = names.flatMap((name) => {
    const [one, other] = [before.get(name), now.get(name)]
    if (one?.kind !== 'timestamp' || other?.kind !== 'timestamp') return [name]
    const found = timeParts(one, other)
    leftOut.push(...found.leftOut)
    for (const part of found.parts) {
      left.set(part.name, part.before)
      right.set(part.name, part.now)
      cycles.set(part.name, part.cycle)
    }
    return found.parts.map((part) => part.name)
  })
  return { names: all, before: left, now: right, cycles, leftOut }
}
