import { z } from 'zod'
import { errorAverage, normalAverage } from './calibrate-ewma.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { direction, type Sides, sidesOf } from './direction.ts'
import { modes } from './modes.ts'
import { frourosMeanWith } from './running-mean.ts'
import { finite } from './values.ts'

interface State extends StreamState, Sides {
  readonly keep: number
  readonly threshold: number
  readonly minimum: number
  readonly target: number | null
  n: number
  mean: number
  average: number
}

/**
 * Geometric moving average
 *
 * keep A + (1 - keep)(x - mean), an alarm above `threshold` (Roberts, Technometrics 1, 1959). The mean is the one since
 * the start, or a `target`. O(1).
 * Blind to changes smaller than the threshold, which is in the unit of the values: 1 is never reached by errors.
 */
export const gma = defineStreamingDetector({
  name: 'gma',
  title: 'Geometric moving average',
  reads: 'number',
  definition: 1,
  options: z.strictObject({
    mode: modes('standard', 'frouros'),
    target: z.number().optional(),
    keep: z.number().gt(0).lt(1).default(0.99),
    threshold: z.number().positive().default(1),
    minimum: z.int().positive().default(30),
    direction: direction.default('up'),
  }),
  examples: [{}, { target: 0.2, threshold: 0.12, keep: 0.98, direction: 'both' }],
  start: ({ mode, target, keep, threshold, minimum, direction: way }): State => ({
    level: 'stable',
    ...{ keep, threshold, minimum },
    ...sidesOf(way),
    target: mode === 'standard' ? (target ?? null) : null,
    ...{ n: 0, mean: 0, average: 0 },
  }),
  calibrate(ask, options) {
    const isRate = ask.rate !== undefined
    const direction = isRate ? 'up' : options.direction
    const { lambda, bound, achieved, by } = isRate
      ? errorAverage('gma', ask, 1 - options.keep)
      : normalAverage('gma', ask, 1 - options.keep, direction)
    const target = ask.law?.mean ?? ask.rate?.at
    const fitted = { target, keep: 1 - lambda, threshold: bound, direction, minimum: 1 }
    return { options: { ...options, ...fitted, mode: 'standard' }, achieved, by }
  },
  step(state: State, value) {
    const x = finite(value)
    if (state.level === 'drift') begin(state)
    const n = ++state.n
    state.mean = state.target ?? frourosMeanWith(state.mean, n, x)
    state.average = state.keep * state.average + (1 - state.keep) * (x - state.mean)
    if (n < state.minimum) return state
    const { average, threshold } = state
    if ((state.up && average > threshold) || (state.down && -average > threshold)) {
      state.level = 'drift'
    }
    return state
  },
})

function begin(state: State): void {
  state.level = 'stable'
  state.n = 0
  state.mean = 0
  state.average = 0
}
