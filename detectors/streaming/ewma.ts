import { z } from 'zod'
import { errorAverage, normalAverage } from './calibrate-ewma.ts'
import { defineStreamingDetector } from './detector.ts'
import { direction, type Sides, sidesOf } from './direction.ts'
import { type Expected, expectedOf, expectedOptions, expects, unlearn } from './learned.ts'
import { finite } from './values.ts'

interface State extends Expected, Sides {
  readonly lambda: number
  readonly limit: number
  /** Weighted mean of the values, less the target. */
  average: number
}

/**
 * Exponentially weighted moving average chart
 *
 * A = (1 - lambda) A + lambda (x - target), an alarm beyond `limit` of its deviation in the long run,
 * sd sqrt(lambda / (2 - lambda)) (Roberts, Technometrics 1, 1959). Without a target the first `learn` values after each
 * start give mean and deviation. O(1).
 * Blind to large changes for longer than a Shewhart chart.
 */
export const ewma = defineStreamingDetector({
  name: 'ewma',
  title: 'EWMA chart',
  reads: 'number',
  definition: 1,
  options: z.strictObject({
    ...expectedOptions,
    lambda: z.number().gt(0).max(1).default(0.2),
    limit: z.number().positive().default(3),
    direction: direction.default('both'),
  }),
  examples: [{}, { target: 0, sd: 1, lambda: 0.1, limit: 2.7, direction: 'up' }],
  start({ lambda, limit, direction: way, ...expected }): State {
    return begun({
      level: 'stable',
      ...expectedOf(expected),
      ...{ lambda, limit, average: 0 },
      ...sidesOf(way),
    })
  },
  calibrate(ask, options) {
    const isRate = ask.rate !== undefined
    const direction = isRate ? 'up' : options.direction
    const { lambda, bound, achieved, by } = isRate
      ? errorAverage('ewma', ask, options.lambda)
      : normalAverage('ewma', ask, options.lambda, direction)
    const rate = ask.rate?.at ?? 0
    const target = ask.law?.mean ?? rate
    const sd = ask.law?.sd ?? Math.sqrt(rate * (1 - rate))
    const limit = bound / (sd * Math.sqrt(lambda / (2 - lambda)))
    return { options: { ...options, target, sd, lambda, limit, direction }, achieved, by }
  },
  step(state: State, value) {
    const x = finite(value)
    if (state.level === 'drift') begun(state)
    if (!expects(state, x)) return state
    const { lambda } = state
    const average = (1 - lambda) * state.average + lambda * (x - state.target)
    state.average = average
    const bound = state.limit * state.sd * Math.sqrt(lambda / (2 - lambda))
    if ((state.up && average > bound) || (state.down && -average > bound)) state.level = 'drift'
    return state
  },
})

function begun(state: State): State {
  state.level = 'stable'
  state.average = 0
  unlearn(state)
  return state
}
