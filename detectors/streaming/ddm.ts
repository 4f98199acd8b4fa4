import { z } from 'zod'
import { byTable } from './calibrate-table.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { modes } from './modes.ts'
import { runningMean } from './running-mean.ts'
import { bit } from './values.ts'

interface State extends StreamState {
  readonly minimum: number
  readonly warning: number
  readonly drift: number
  readonly frouros: boolean
  n: number
  rate: number
  /** Rate and its deviation where their sum was least. */
  lowRate: number
  lowDeviation: number
}

const options = z.strictObject({
  mode: modes('standard', 'river', 'frouros'),
  minimum: z.int().positive().default(30),
  warning: z.number().positive().default(2),
  drift: z.number().positive().default(3),
})

/**
 * Drift detection method
 *
 * The error rate since the start, p, with its deviation s = sqrt(p (1 - p) / n); an alarm where p + s exceeds the
 * least p + s so far by `drift` deviations (Gama, Medas, Castillo, Rodrigues, SBIA 2004). O(1).
 * Blind to a slow rise: the rate since the start drags all the past along.
 */
export const ddm = defineStreamingDetector({
  name: 'ddm',
  title: 'Drift detection method',
  reads: 'error',
  definition: 1,
  options,
  examples: [{}, { minimum: 100, warning: 1.5, drift: 2.5 }, { mode: 'frouros' }],
  start: ({ mode, minimum, warning, drift }): State =>
    begun({
      level: 'stable',
      ...{ warning, drift },
      // Frouros looks from the last of these values on, River from the next.
      minimum: mode === 'frouros' ? minimum - 1 : minimum,
      frouros: mode === 'frouros',
      ...{ n: 0, rate: 0, lowRate: 0, lowDeviation: 0 },
    }),
  calibrate: byTable('ddm', options),
  step(state: State, value) {
    const x = bit(value)
    if (state.level === 'drift') begun(state)
    const n = ++state.n
    const rate = runningMean(state.frouros, state.rate, n, x)
    state.rate = rate
    if (n <= state.minimum) return state
    const deviation = Math.sqrt((rate * (1 - rate)) / n)
    const sum = rate + deviation
    const low = state.lowRate + state.lowDeviation
    if (sum < low || (sum === low && !state.frouros)) {
      state.lowRate = rate
      state.lowDeviation = deviation
    }
    if (sum > state.lowRate + state.drift * state.lowDeviation) state.level = 'drift'
    else if (sum > state.lowRate + state.warning * state.lowDeviation) state.level = 'warning'
    else state.level = 'stable'
    return state
  },
})

function begun(state: State): State {
  state.level = 'stable'
  state.n = 0
  state.rate = 0
  state.lowRate = 1
  state.lowDeviation = 1
  return state
}
