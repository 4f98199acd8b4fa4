import { z } from 'zod'
import { byTable } from './calibrate-table.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { forgetAll, keepOneMore, type LastValues } from './last-values.ts'
import { modes } from './modes.ts'
import { bit } from './values.ts'

interface State extends StreamState, LastValues {
  /** How far the errors of a window may rise above the least, as a share. */
  readonly rise: number
  errors: number
  least: number
}

const options = z.strictObject({
  mode: modes('standard', 'river'),
  window: z.int().min(2).max(100_000).default(100),
  delta: z.number().gt(0).lt(1).default(1e-6),
})

/**
 * Fast Hoeffding drift detection
 *
 * The share of errors in the last `window` values; an alarm where it exceeds the least such share so far by
 * sqrt(ln(1 / delta) / (2 window)) (Pesaranghader and Viktor, ECML PKDD 2016). O(1).
 * Blind to changes smaller than that: 0.26 as it stands.
 */
export const fhddm = defineStreamingDetector({
  name: 'fhddm',
  title: 'Fast Hoeffding drift detection',
  reads: 'error',
  definition: 1,
  options,
  examples: [{}, { window: 200, delta: 1e-5 }],
  start: ({ window, delta }): State =>
    begun({
      level: 'stable',
      window,
      rise: Math.sqrt(Math.log(1 / delta) / (2 * window)),
      ring: [],
      ...{ next: 0, errors: 0, least: 0 },
    }),
  calibrate: byTable('fhddm', options),
  step(state: State, value) {
    const x = bit(value)
    if (state.level === 'drift') begun(state)
    const { ring, window } = state
    state.errors += x - keepOneMore(state, x)
    if (ring.length < window) return state
    const { errors } = state
    if (errors < state.least) state.least = errors
    // As shares of correct answers, so that rounding falls as in River.
    const high = (window - state.least) / window
    if (high - (window - errors) / window > state.rise) state.level = 'drift'
    return state
  },
})

function begun(state: State): State {
  state.level = 'stable'
  forgetAll(state)
  state.errors = 0
  state.least = state.window
  return state
}
