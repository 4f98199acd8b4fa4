const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Bytes as text, without a byte order mark; throws an Error whose message says why they are none. */
export function textOf(value: Uint8Array | null): string {
  if (value === null) throw new Error('it has no value')
  try {
    return utf8.decode(value)
  } catch {
    throw new Error('it is not UTF-8')
  }
}

/** Bytes of one JSON value; throws an Error whose message says why they are none. */
export function parseJson(value: Uint8Array | null): unknown {
  const text = textOf(value)
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('it is not JSON')
  }
}

/** Bytes of one JSON object; throws an Error whose message says why they are none. */
export function parseObject(value: Uint8Array | null): object {
  const parsed = parseJson(value)
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw new Error('it is no JSON object')
  }
  return parsed
}

/** A member that an object itself has; undefined where it is not there, or where there is no object. */
export const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined

/** The steps of a path as a configuration writes it; "" is the record itself. */
export const stepsOf = (path: string): readonly string[] => (path === '' ? [] : path.split('.'))

/** Follows names into objects and positions into lists; `undefined` where one is not there. */
export function memberReader(steps: readonly string[]): (value: unknown) => unknown {
  return (value) => {
    let found = value
    for (const step of steps) {
      if (found === null || typeof found !== 'object' || !Object.hasOwn(found, step)) {
        return undefined
      }
      // A list has its positions and nothing else.
      if (step === 'length' && Array.isArray(found)) return undefined
      found = (found as Record<string, unknown>)[step]
    }
    return found
  }
}

/** Milliseconds since 1970 of ISO 8601 with zone, or of such a number; NaN when it is neither. */
export function timeOf(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !instant.test(value)) return Number.NaN
  return Date.parse(value)
}

/** Date and time of day with their zone; `Date.parse` alone reads far more than that. */
const instant = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/

const earliest = Date.UTC(1990, 0, 1)
/** Beyond it PostgreSQL and JavaScript part ways about dates. */
const latestAtAll = Date.UTC(9999, 0, 1)
const dayMs = 86_400_000

/**
 * Why no event can have this time, or null: before 1990, after 9998, or more than a day after the broker received it
 * (`receivedMs` below 0: the log keeps no times). A producer may have set the broker's time to anything.
 */
export function timeProblem(timeMs: number, receivedMs: number): string | null {
  if (Number.isNaN(timeMs)) return 'its event time cannot be read'
  if (timeMs < earliest) return 'its event time is before 1990'
  if (receivedMs >= 0 && timeMs > receivedMs + dayMs) {
    return 'its event time is more than a day after the broker received it'
  }
  return timeMs >= latestAtAll ? 'its event time is after the year 9998' : null
}

const longestName = 200

/** Whether tables can hold the text as it is: PostgreSQL has no NUL, and UTF-8 no lone surrogate. */
export const isStorable = (text: string): boolean =>
  text.length <= longestName && !text.includes('\0') && text.isWellFormed()
