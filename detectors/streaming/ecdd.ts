import { z } from 'zod'
import { errorAverage } from './calibrate-ewma.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { modes } from './modes.ts'
import { frourosMeanWith } from './running-mean.ts'
import { bit } from './values.ts'

interface State extends StreamState {
  readonly lambda: number
  readonly warning: number
  readonly minimum: number
  /** Deviations that the average may lie above the rate, or null: as the run length says. */
  readonly limit: number | null
  readonly runLength: '100' | '400' | '1000'
  /** The rate to expect, or null: the rate since the start. */
  readonly target: number | null
  n: number
  rate: number
  average: number
}

/** Limit by rate for one false alarm in so many values at lambda 0.2: coefficients of p^0, p, p^3, p^5 and p^7. */
const limits = {
  100: [2.76, -6.23, 18.12, -312.45, 1002.18],
  400: [3.97, -6.56, 48.73, -330.13, 848.18],
  1000: [1.17, 7.56, -21.24, 112.12, -987.23],
} as const

/**
 * EWMA for concept drift with a warning
 *
 * The exponentially weighted average of the errors against the rate since the start (or a known one): an alarm where
 * it lies more than L deviations above (Ross, Adams, Tasoulis, Hand, Pattern Recognition Letters 33, 2012). L follows
 * from the rate by their fit. O(1).
 * Blind to a slow rise, which the rate since the start follows.
 */
export const ecdd = defineStreamingDetector({
  name: 'ecdd',
  title: 'EWMA for concept drift',
  reads: 'error',
  definition: 1,
  options: z.strictObject({
    mode: modes('standard', 'frouros'),
    target: z.number().gt(0).lt(1).optional(),
    lambda: z.number().gt(0).lt(1).default(0.2),
    limit: z.number().positive().optional(),
    runLength: z.enum(['100', '400', '1000']).default('400'),
    warning: z.number().gt(0).lt(1).default(0.5),
    minimum: z.int().positive().default(30),
  }),
  examples: [{}, { runLength: '1000' }, { target: 0.2, limit: 4, minimum: 1 }],
  start: ({ mode, target, lambda, limit, runLength, warning, minimum }): State => ({
    level: 'stable',
    ...{ lambda, warning, minimum, runLength },
    limit: limit ?? null,
    target: mode === 'standard' ? (target ?? null) : null,
    ...{ n: 0, rate: 0, average: target ?? 0 },
  }),
  calibrate(ask, options) {
    const { lambda, bound, achieved, by } = errorAverage('ecdd', ask, options.lambda)
    const target = ask.rate?.at ?? 0
    const limit = bound / Math.sqrt((lambda / (2 - lambda)) * target * (1 - target))
    const fitted = { target, lambda, limit, minimum: 1 }
    return { options: { ...options, ...fitted, mode: 'standard' }, achieved, by }
  },
  step(state: State, value) {
    const x = bit(value)
    if (state.level === 'drift') begin(state)
    const n = ++state.n
    const { lambda, target } = state
    const rate = target ?? frourosMeanWith(state.rate, n, x)
    state.rate = rate
    state.average = lambda * x + (1 - lambda) * state.average
    if (n < state.minimum) return state
    // From a known rate the average starts as it goes on; else its deviation has yet to grow.
    const forgotten = target === null ? 1 - (1 - lambda) ** (2 * n) : 1
    const deviation = Math.sqrt((lambda / (2 - lambda)) * forgotten * (rate * (1 - rate)))
    const limit = state.limit ?? limitAt(state.runLength, rate)
    if (state.average > rate + limit * deviation) state.level = 'drift'
    else if (state.average > rate + state.warning * limit * deviation) state.level = 'warning'
    else state.level = 'stable'
    return state
  },
})

function limitAt(runLength: State['runLength'], p: number): number {
  const [c0, c1, c3, c5, c7] = limits[runLength]
  return c0 + c1 * p + c3 * p ** 3 + c5 * p ** 5 + c7 * p ** 7
}

function begin(state: State): void {
  state.level = 'stable'
  state.n = 0
  state.rate = 0
  state.average = state.target ?? 0
}
