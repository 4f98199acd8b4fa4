const quarterMs = 900_000
const dayMs = 86_400_000
/** Quarters of an hour whose offset is remembered per zone: about 3 years. */
const mostRemembered = 100_000

export interface LocalTime {
  /** 0 to 23. */
  readonly hour: number
  /** 1, Monday, to 7. */
  readonly weekday: number
  /** 1 to 31. */
  readonly day: number
  /** 1 to 12. */
  readonly month: number
}

/**
 * Prepares the clock of a time zone: milliseconds since 1970 UTC to the parts of the local time. The offset is the
 * one at the beginning of the quarter of an hour, since every present zone changes at one. `zone` is `UTC` or a
 * name of the IANA database; another one is a RangeError.
 */
export function localClock(zone: string): (timeMs: number) => LocalTime {
  const localTime = localTimeIn(zone)
  return (timeMs) => partsOf(localTime(timeMs))
}

/** Milliseconds since 1970 UTC -> the local time of a zone, counted as if it were UTC. As `localClock` otherwise. */
export function localTimeIn(zone: string): (timeMs: number) => number {
  if (zone === 'UTC') return (timeMs) => timeMs
  const offsetAt = offsetsOf(zone)
  const remembered = new Map<number, number>()
  return (timeMs) => {
    const quarter = Math.floor(timeMs / quarterMs)
    let offset = remembered.get(quarter)
    if (offset === undefined) {
      offset = offsetAt(quarter * quarterMs)
      if (remembered.size >= mostRemembered) remembered.clear()
      remembered.set(quarter, offset)
    }
    return timeMs + offset
  }
}

function partsOf(localMs: number): LocalTime {
  const date = new Date(localMs)
  return {
    hour: date.getUTCHours(),
    weekday: ((((Math.floor(localMs / dayMs) + 3) % 7) + 7) % 7) + 1,
    day: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
  }
}

/** Local time minus UTC, milliseconds, at an instant. */
function offsetsOf(zone: string): (timeMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    era: 'short',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (timeMs) => {
    const found: Record<string, string> = {}
    for (const { type, value } of format.formatToParts(timeMs)) found[type] = value
    const part = (name: string) => Number(found[name])
    const year = found['era']?.startsWith('B') ? 1 - part('year') : part('year')
    const local = new Date(0)
    // Not Date.UTC, which reads the years 0 to 99 as 1900 to 1999.
    local.setUTCFullYear(year, part('month') - 1, part('day'))
    local.setUTCHours(part('hour'), part('minute'), part('second'))
    return local.getTime() - timeMs
  }
}
