import { z } from 'zod'
import { byTable } from './calibrate-table.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { modes } from './modes.ts'
import { bit } from './values.ts'

interface State extends StreamState {
  readonly minimum: number
  readonly warning: number
  readonly drift: number
  readonly frouros: boolean
  n: number
  errors: number
  lastError: number
  meanDistance: number
  squares: number
  highest: number
}

const options = z.strictObject({
  mode: modes('standard', 'river', 'frouros'),
  minimum: z.int().positive().default(30),
  warning: z.number().gt(0).lt(1).default(0.95),
  drift: z.number().gt(0).lt(1).default(0.9),
})

/**
 * Early drift detection method
 *
 * The distances between errors, their mean m and deviation s: an alarm where m + 2 s falls below `drift` of the
 * largest m + 2 s so far (Baena-Garcia et al., IWKDDS 2006). O(1).
 * Blind to nothing and startled by everything: see its page before using it.
 */
export const eddm = defineStreamingDetector({
  name: 'eddm',
  title: 'Early drift detection method',
  reads: 'error',
  definition: 1,
  options,
  examples: [{}, { warning: 0.8, drift: 0.75 }, { mode: 'frouros' }],
  start: ({ mode, minimum, warning, drift }): State =>
    begun({
      level: 'stable',
      ...{ minimum, warning, drift },
      frouros: mode === 'frouros',
      ...{ n: 0, errors: 0, lastError: 0, meanDistance: 0, squares: 0, highest: 0 },
    }),
  calibrate: byTable('eddm', options),
  step(state: State, value) {
    const x = bit(value)
    if (state.level === 'drift') begun(state)
    const n = ++state.n
    if (x === 0) {
      if (state.frouros) state.level = 'stable'
      return state
    }
    const errors = ++state.errors
    const distance = n - state.lastError
    state.lastError = n
    const before = state.meanDistance
    const gap = distance - before
    const mean = before + (state.frouros ? gap / errors : (1 / errors) * gap)
    state.meanDistance = mean
    state.squares += (distance - before) * (distance - mean)
    const { minimum } = state
    if (state.frouros ? n < minimum : n <= minimum) return state
    const height = mean + 2 * deviationOf(state)
    if (height > state.highest) {
      state.highest = height
      if (state.frouros) state.level = 'stable'
    } else if (state.frouros ? errors >= minimum : errors > minimum) {
      const share = height / state.highest
      if (share < state.drift) state.level = 'drift'
      else state.level = share < state.warning ? 'warning' : 'stable'
    }
    return state
  },
})

/** Frouros divides by the number of distances, River by one less. */
function deviationOf({ squares, errors, frouros }: State): number {
  if (frouros) return Math.sqrt(squares / errors)
  return errors > 1 ? Math.sqrt(squares / (errors - 1)) : 0
}

function begun(state: State): State {
  state.level = 'stable'
  state.n = 0
  state.errors = 0
  state.lastError = 0
  state.meanDistance = 0
  state.squares = 0
  state.highest = -1
  return state
}
