import { z } from 'zod'
import { errorCharts, normalChart } from './calibrate-cusum.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { direction, type Sides, sidesOf } from './direction.ts'
import { unattainable } from './in-control.ts'
import { modes } from './modes.ts'
import { runningMean } from './running-mean.ts'
import { finite } from './values.ts'

interface State extends StreamState, Sides {
  readonly charts: readonly { readonly slack: number; readonly threshold: number }[]
  readonly minimum: number
  readonly frouros: boolean
  /** The mean to expect, or null: the mean since the start. */
  readonly target: number | null
  n: number
  mean: number
  /** One sum per chart. */
  readonly rises: number[]
  readonly falls: number[]
}

const chart = z.strictObject({ slack: z.number().min(0), threshold: z.number().positive() })

/**
 * Cumulative sum
 *
 * max(0, S + x - mean - slack), an alarm above `threshold` (Page, Biometrika 41, 1954): the quickest way to a change
 * of the size that the slack is half of. Several charts share one stream, each for another size. O(charts).
 * Blind to changes smaller than the slack.
 */
export const cusum = defineStreamingDetector({
  name: 'cusum',
  title: 'Cumulative sum',
  reads: 'number',
  definition: 1,
  options: z.strictObject({
    mode: modes('standard', 'frouros'),
    target: z.number().optional(),
    charts: z
      .array(chart)
      .min(1)
      .max(8)
      .default([{ slack: 0.005, threshold: 50 }]),
    /** For `falseAlarmEvery`: growth of the odds of an error that the charts are tuned to, and shift in deviations. */
    ratios: z.array(z.number().gt(1).max(100)).min(1).max(2).default([1.7, 4]),
    shift: z.number().positive().default(1),
    minimum: z.int().positive().default(30),
    direction: direction.default('up'),
  }),
  examples: [
    {},
    {
      target: 0.2,
      charts: [
        { slack: 0.05, threshold: 14.6 },
        { slack: 0.14, threshold: 7.8 },
      ],
      direction: 'both',
      minimum: 1,
    },
    { mode: 'frouros' },
  ],
  sums: {
    charts: ({ charts }) => charts as State['charts'],
    with: (options, charts) => ({ ...options, charts }),
  },
  start: ({ mode, target, charts, minimum, direction: way }): State => ({
    level: 'stable',
    ...{ charts, minimum },
    ...sidesOf(way),
    frouros: mode === 'frouros',
    target: mode === 'standard' ? (target ?? null) : null,
    ...{ n: 0, mean: 0 },
    rises: charts.map(() => 0),
    falls: charts.map(() => 0),
  }),
  calibrate(ask, options) {
    const { direction } = options
    const both = direction === 'both' ? 2 : 1
    if (ask.rate !== undefined && direction !== 'up') {
      throw unattainable('cusum', 'charts of errors look for rises: direction is up')
    }
    const { achieved, by, ...fitted } =
      ask.rate === undefined
        ? normalChart('cusum', ask, options.shift, both)
        : errorCharts('cusum', ask, options.ratios)
    return { options: { ...options, ...fitted, mode: 'standard', minimum: 1 }, achieved, by }
  },
  step(state: State, value) {
    const x = finite(value)
    if (state.level === 'drift') begin(state)
    const n = ++state.n
    state.mean = state.target ?? runningMean(state.frouros, state.mean, n, x)
    const { charts, mean, up, down, rises, falls } = state
    let alarm = false
    for (let i = 0; i < charts.length; i++) {
      const { slack, threshold } = charts[i] as State['charts'][number]
      if (up) {
        const rise = (rises[i] as number) + x - mean - slack
        rises[i] = Math.max(rise, 0)
        alarm ||= rise > threshold
      }
      if (down) {
        const fall = (falls[i] as number) - x + mean - slack
        falls[i] = Math.max(fall, 0)
        alarm ||= fall > threshold
      }
    }
    if (alarm && n >= state.minimum) state.level = 'drift'
    return state
  },
})

function begin(state: State): void {
  state.level = 'stable'
  state.n = 0
  state.mean = 0
  state.rises.fill(0)
  state.falls.fill(0)
}
