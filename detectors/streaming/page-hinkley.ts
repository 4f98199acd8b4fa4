import { z } from 'zod'
import { errorCharts, normalChart } from './calibrate-cusum.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { direction, type Sides, sidesOf } from './direction.ts'
import { modes } from './modes.ts'
import { runningMean } from './running-mean.ts'
import { finite } from './values.ts'

interface State extends StreamState, Sides {
  readonly threshold: number
  readonly delta: number
  readonly keep: number
  readonly minimum: number
  readonly frouros: boolean
  /** The mean to expect, or null: the mean since the start. */
  readonly target: number | null
  n: number
  mean: number
  rise: number
  leastRise: number
  fall: number
  mostFall: number
}

/**
 * Page-Hinkley test
 *
 * The sum of x - mean - delta since the start, less its minimum so far; an alarm above `threshold` (Page, Biometrika
 * 41, 1954; Hinkley, Biometrika 58, 1971). With a `target` it is Page's CUSUM; else the mean is the one since the
 * start. `keep` below 1 lets the sum forget. O(1).
 * Blind to slow changes where the mean follows them.
 */
export const pageHinkley = defineStreamingDetector({
  name: 'page-hinkley',
  title: 'Page-Hinkley test',
  reads: 'number',
  definition: 1,
  options: z.strictObject({
    mode: modes('standard', 'river', 'frouros'),
    target: z.number().optional(),
    delta: z.number().min(0).default(0.005),
    threshold: z.number().positive().default(50),
    keep: z.number().gt(0).max(1).default(0.9999),
    /** For `falseAlarmEvery`: growth of the odds of an error that it is tuned to, and shift in deviations. */
    ratio: z.number().gt(1).max(100).default(2),
    shift: z.number().positive().default(1),
    minimum: z.int().positive().default(30),
    direction: direction.default('both'),
  }),
  examples: [{}, { target: 0.2, delta: 0.05, threshold: 15, keep: 1, direction: 'up', minimum: 1 }],
  sums: {
    charts: ({ delta, threshold }) => [{ slack: delta as number, threshold: threshold as number }],
    with: (options, [chart]) => ({
      ...options,
      ...(chart && { delta: chart.slack, threshold: chart.threshold }),
    }),
  },
  start: ({ mode, target, delta, threshold, keep, minimum, direction: way }): State =>
    begun({
      level: 'stable',
      ...{ delta, threshold, keep, minimum },
      ...sidesOf(mode === 'frouros' ? 'up' : way),
      frouros: mode === 'frouros',
      target: mode === 'standard' ? (target ?? null) : null,
      ...{ n: 0, mean: 0, rise: 0, leastRise: 0, fall: 0, mostFall: 0 },
    }),
  calibrate(ask, options) {
    const sides = options.direction === 'both' ? 2 : 1
    const { target, charts, achieved, by } =
      ask.rate === undefined
        ? normalChart('page-hinkley', ask, options.shift, sides)
        : errorCharts('page-hinkley', ask, [options.ratio])
    const [{ slack: delta, threshold }] = charts as [(typeof charts)[number]]
    const direction = ask.rate === undefined ? options.direction : 'up'
    const fitted = { target, delta, threshold, direction, keep: 1, minimum: 1 }
    return { options: { ...options, ...fitted, mode: 'standard' }, achieved, by }
  },
  step(state: State, value) {
    const x = finite(value)
    if (state.level === 'drift') begun(state)
    const { delta, keep } = state
    const n = ++state.n
    state.mean = state.target ?? runningMean(state.frouros, state.mean, n, x)
    const off = x - state.mean
    // The order of the sums is that of each library: their last digits decide at a threshold.
    state.rise = state.frouros ? keep * state.rise + (off - delta) : keep * state.rise + off - delta
    state.fall = keep * state.fall + off + delta
    if (state.rise < state.leastRise) state.leastRise = state.rise
    if (state.fall > state.mostFall) state.mostFall = state.fall
    if (n < state.minimum) return state
    // Frouros holds the sum itself against the threshold, not its rise since the minimum.
    const least = state.frouros ? 0 : state.leastRise
    const rises = state.up && state.rise - least > state.threshold
    const falls = state.down && state.mostFall - state.fall > state.threshold
    if (rises || falls) state.level = 'drift'
    return state
  },
})

function begun(state: State): State {
  state.level = 'stable'
  state.n = 0
  state.mean = 0
  state.rise = 0
  state.fall = 0
  // What nothing is above or below; with a known mean the sum starts at its minimum, 0.
  state.leastRise = state.target === null ? Number.MAX_VALUE : 0
  state.mostFall = state.target === null ? -1 : 0
  return state
}
