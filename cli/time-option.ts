import { parseDuration } from '../contracts/duration.ts'
import { DriftgateError } from '../contracts/errors.ts'

/** Milliseconds since 1970 of what an option says; NaN where it is not given. Without a zone: UTC. Throws USAGE. */
export function timeOf(option: string, given: string | boolean | undefined): number {
  if (typeof given !== 'string') return Number.NaN
  const text = given.trim()
  const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T')
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(zoned ? text : `${text}Z`) : Number.NaN
  if (!Number.isNaN(ms)) return ms
  throw new DriftgateError('USAGE', {
    reason: `${option} ${given} is no time`,
    fix: 'write it as 2019-03-29 or 2019-03-29T18:00:00Z (ISO 8601)',
  })
}

/**
 * The same of an option that also reads `2h` as two hours before now.
 * @param now milliseconds since 1970.
 */
export function timeAgoOf(
  option: string,
  given: string | boolean | undefined,
  now: number = Date.now(),
): number {
  const ago = typeof given === 'string' ? parseDuration(given.trim()) : null
  return ago === null ? timeOf(option, given) : now - ago
}

/** Milliseconds of an option such as `90s` or `1h30m`; of none, NaN. Throws USAGE. */
export function durationOf(option: string, given: string | boolean | undefined): number {
  if (typeof given !== 'string') return Number.NaN
  const ms = parseDuration(given.trim())
  if (ms !== null) return ms
  throw new DriftgateError('USAGE', {
    reason: `${option} ${given} is no duration`,
    fix: 'write it as 90s, 30m, 1h30m or 2d',
  })
}
