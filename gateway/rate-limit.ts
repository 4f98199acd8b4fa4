import { DriftgateError } from '../contracts/errors.ts'

export interface RateLimitOptions {
  /** At once; so many come back in `perMs` milliseconds, evenly. */
  readonly most: number
  readonly perMs: number
  readonly clock: () => number
  /** Of whom is remembered; the one not seen for longest is forgotten. */
  readonly keys?: number
}

/**
 * Takes one from the allowance of a key. Throws TOO_MANY_REQUESTS with the seconds until there is one again. Counted in
 * this process alone: of several gateways each allows as much.
 */
export type RateLimit = (key: string) => void

export function rateLimit({ most, perMs, clock, keys = 10_000 }: RateLimitOptions): RateLimit {
  const left = new Map<string, { count: number; at: number }>()
  return (key) => {
    const now = clock()
    const { count, at } = left.get(key) ?? { count: most, at: now }
    const grown = Math.min(most, count + (Math.max(0, now - at) / perMs) * most)
    const allowed = grown >= 1
    // At its end again: the first of the map is the one not seen for longest.
    left.delete(key)
    left.set(key, { count: allowed ? grown - 1 : grown, at: now })
    const oldest = left.size > keys ? left.keys().next().value : undefined
    if (oldest !== undefined) left.delete(oldest)
    if (allowed) return
    const seconds = Math.ceil(((1 - grown) * perMs) / most / 1_000)
    throw new DriftgateError('TOO_MANY_REQUESTS', { seconds })
  }
}

export interface Limits {
  /** By the subject of a person: answers to releases, and tokens for them. */
  readonly decisions: RateLimit
  /** By address: what needs no sign-in, and sign-ins that were refused. */
  readonly strangers: RateLimit
}

const minuteMs = 60_000

export const gatewayLimits = (clock: () => number): Limits => ({
  decisions: rateLimit({ most: 60, perMs: minuteMs, clock }),
  strangers: rateLimit({ most: 120, perMs: minuteMs, clock }),
})
