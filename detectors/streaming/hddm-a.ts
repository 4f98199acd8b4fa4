import { z } from 'zod'
import { byTable } from './calibrate-table.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { modes } from './modes.ts'
import { runningMean } from './running-mean.ts'
import { bit } from './values.ts'

interface State extends StreamState {
  readonly drift: number
  readonly warning: number
  /** ln(1 / drift), ln(c / drift) and ln(c / warning): c is 2, in Frouros 1. */
  readonly boundLog: number
  readonly driftLog: number
  readonly warningLog: number
  readonly twoSided: boolean
  readonly minimum: number
  readonly frouros: boolean
  n: number
  mean: number
  lowN: number
  lowMean: number
  highN: number
  highMean: number
}

const options = z.strictObject({
  mode: modes('standard', 'river', 'frouros'),
  drift: z.number().gt(0).lt(1).default(0.001),
  warning: z.number().gt(0).lt(1).default(0.005),
  twoSided: z.boolean().default(false),
})

/**
 * Hoeffding's bounds on averages
 *
 * The mean since the start against the one up to the cut where mean + bound was least; an alarm where they differ by
 * more than Hoeffding's inequality allows (Frías-Blanco et al., IEEE TKDE 27, 2015). O(1), no law is assumed.
 * Blind to a small late change: the mean since the start has to move.
 */
export const hddmA = defineStreamingDetector({
  name: 'hddm-a',
  title: "Hoeffding's bounds on averages",
  reads: 'error',
  definition: 1,
  options,
  examples: [{}, { twoSided: true }, { mode: 'frouros' }],
  start({ mode, drift, warning, twoSided }): State {
    const frouros = mode === 'frouros'
    const sides = frouros ? 1 : 2
    return begun({
      level: 'stable',
      ...{ drift, warning, twoSided, frouros },
      boundLog: Math.log(1 / drift),
      driftLog: Math.log(sides / drift),
      warningLog: Math.log(sides / warning),
      minimum: frouros ? 30 : 0,
      ...{ n: 0, mean: 0, lowN: 0, lowMean: 0, highN: 0, highMean: 0 },
    })
  },
  calibrate: byTable('hddm-a', options),
  step(state: State, value) {
    const x = bit(value)
    if (state.level === 'drift') begun(state)
    const n = ++state.n
    const mean = runningMean(state.frouros, state.mean, n, x)
    state.mean = mean
    if (n === 1) {
      state.lowN = state.highN = 1
      state.lowMean = state.highMean = mean
    }
    const { boundLog } = state
    const bound = Math.sqrt((1 / (2 * n)) * boundLog)
    if (state.lowMean + Math.sqrt((1 / (2 * state.lowN)) * boundLog) >= mean + bound) {
      state.lowN = n
      state.lowMean = mean
    }
    if (state.highMean - Math.sqrt((1 / (2 * state.highN)) * boundLog) <= mean - bound) {
      state.highN = n
      state.highMean = mean
    }
    if (n < state.minimum) return state
    const { twoSided, lowN, highN } = state
    const rise = mean - state.lowMean
    const fall = twoSided ? state.highMean - mean : -1
    const beyond = (log: number) =>
      (lowN !== n && rise >= margin(n, lowN, log)) || (highN !== n && fall >= margin(n, highN, log))
    state.level = beyond(state.driftLog) ? 'drift' : beyond(state.warningLog) ? 'warning' : 'stable'
    return state
  },
})

/** How far the mean of n values may lie from the one of its first `cut` values. */
const margin = (n: number, cut: number, log: number): number =>
  Math.sqrt((((n - cut) / cut) * (1 / n) * log) / 2)

function begun(state: State): State {
  state.level = 'stable'
  state.n = 0
  state.mean = 0
  return state
}
