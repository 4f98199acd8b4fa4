import { z } from 'zod'
import { errorGroups, normalGroups } from './calibrate-shewhart.ts'
import { defineStreamingDetector } from './detector.ts'
import { direction, type Sides, sidesOf } from './direction.ts'
import { type Expected, expectedOf, expectedOptions, expects, unlearn } from './learned.ts'
import { finite } from './values.ts'

interface State extends Expected, Sides {
  readonly limit: number
  readonly group: number
  n: number
  sum: number
}

/**
 * Shewhart chart
 *
 * The mean of each `group` of values against target ± limit sd / sqrt(group) (Shewhart, *Economic Control of Quality*,
 * 1931). Without a target the first `learn` values after each start give mean and deviation. O(1).
 * Blind to small changes: every group stands alone.
 */
export const shewhart = defineStreamingDetector({
  name: 'shewhart',
  title: 'Shewhart chart',
  reads: 'number',
  definition: 1,
  options: z.strictObject({
    ...expectedOptions,
    group: z.int().positive().default(1),
    limit: z.number().positive().default(3),
    direction: direction.default('both'),
  }),
  examples: [{}, { target: 0.2, sd: 0.4, group: 50, limit: 3, direction: 'up' }],
  start({ group, limit, direction: way, ...expected }): State {
    return begun({
      level: 'stable',
      ...expectedOf(expected),
      ...{ limit, group, n: 0, sum: 0 },
      ...sidesOf(way),
    })
  },
  calibrate(ask, options) {
    const { achieved, by, ...fitted } =
      ask.rate === undefined ? normalGroups(ask, options) : errorGroups(ask, options.group)
    return { options: { ...options, ...fitted }, achieved, by }
  },
  step(state: State, value) {
    const x = finite(value)
    if (state.level === 'drift') begun(state)
    if (!expects(state, x)) return state
    state.sum += x - state.target
    if (++state.n < state.group) return state
    const off = state.sum / Math.sqrt(state.group)
    const bound = state.limit * state.sd
    state.n = 0
    state.sum = 0
    if ((state.up && off > bound) || (state.down && -off > bound)) state.level = 'drift'
    return state
  },
})

function begun(state: State): State {
  state.level = 'stable'
  state.n = 0
  state.sum = 0
  unlearn(state)
  return state
}
