import { z } from 'zod'
import { byTable } from './calibrate-table.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { modes } from './modes.ts'
import { bit } from './values.ts'

/** A weighted mean with the sum of its squared weights; `n` is 0 where it has seen nothing. */
interface Weighted {
  n: number
  mean: number
  weights: number
}

interface State extends StreamState {
  readonly lambda: number
  readonly twoSided: boolean
  readonly driftLog: number
  readonly warningLog: number
  /** Of the bound that says where to cut: Frouros takes lambda for the level there. */
  readonly cutLog: number
  readonly minimum: number
  readonly frouros: boolean
  readonly total: Weighted
  readonly riseBefore: Weighted
  readonly riseSince: Weighted
  readonly fallBefore: Weighted
  readonly fallSince: Weighted
  riseCut: number
  fallCut: number
}

const options = z.strictObject({
  mode: modes('standard', 'river', 'frouros'),
  drift: z.number().gt(0).lt(1).default(0.001),
  warning: z.number().gt(0).lt(1).default(0.005),
  lambda: z.number().gt(0).lt(1).default(0.05),
  twoSided: z.boolean().default(false),
})

/**
 * Hoeffding's bounds on weighted averages
 *
 * As `hddm-a` with exponentially weighted means, and McDiarmid's inequality in place of Hoeffding's (Frías-Blanco et
 * al., IEEE TKDE 27, 2015). Quick to see a large jump. O(1).
 * Blind to a small change: the weights forget before it adds up.
 */
export const hddmW = defineStreamingDetector({
  name: 'hddm-w',
  title: "McDiarmid's bounds on weighted averages",
  reads: 'error',
  definition: 1,
  options,
  examples: [{}, { twoSided: true }, { mode: 'frouros' }],
  start: ({ mode, drift, warning, lambda, twoSided }): State =>
    begun({
      level: 'stable',
      ...{ lambda, twoSided },
      driftLog: Math.log(1 / drift),
      warningLog: Math.log(1 / warning),
      cutLog: Math.log(1 / (mode === 'frouros' ? lambda : drift)),
      minimum: mode === 'frouros' ? 30 : 0,
      frouros: mode === 'frouros',
      total: { n: 0, mean: 0, weights: 1 },
      riseBefore: { n: 0, mean: 0, weights: 1 },
      riseSince: { n: 0, mean: 0, weights: 1 },
      fallBefore: { n: 0, mean: 0, weights: 1 },
      fallSince: { n: 0, mean: 0, weights: 1 },
      riseCut: 0,
      fallCut: 0,
    }),
  calibrate: byTable('hddm-w', options),
  step(state: State, value) {
    const x = bit(value)
    if (state.level === 'drift') begun(state)
    const { total, lambda, riseBefore, riseSince, fallBefore, fallSince, frouros } = state
    add(total, x, lambda, frouros)
    const bound = Math.sqrt((total.weights * state.cutLog) / 2)
    if (total.mean + bound < state.riseCut) {
      state.riseCut = total.mean + bound
      cutAt(total, riseBefore, riseSince)
    } else add(riseSince, x, lambda, frouros)
    if (total.n < state.minimum) return state
    let level = changed(riseBefore, riseSince, state)
    if (state.twoSided) {
      if (total.mean - bound > state.fallCut) {
        state.fallCut = total.mean - bound
        cutAt(total, fallBefore, fallSince)
      } else add(fallSince, x, lambda, frouros)
      const fall = changed(fallSince, fallBefore, state)
      if (level === 'stable' || fall === 'drift') level = fall
    }
    // Two-sided, that of Frouros alarms whatever it reads.
    state.level = frouros && state.twoSided ? 'drift' : level
    return state
  },
})

/** Whether `high` lies above `low` by more than their weights allow. */
function changed(low: Weighted, high: Weighted, { driftLog, warningLog }: State): State['level'] {
  if (low.n === 0 || high.n === 0) return 'stable'
  const rise = high.mean - low.mean
  const weights = low.weights + high.weights
  if (rise > Math.sqrt((weights * driftLog) / 2)) return 'drift'
  return rise > Math.sqrt((weights * warningLog) / 2) ? 'warning' : 'stable'
}

function add(sample: Weighted, x: number, lambda: number, fromZero: boolean): void {
  const keep = 1 - lambda
  sample.mean = sample.n === 0 && !fromZero ? x : lambda * x + keep * sample.mean
  sample.weights = lambda * lambda + keep * keep * sample.weights
  sample.n++
}

function cutAt(total: Weighted, before: Weighted, since: Weighted): void {
  before.n = total.n
  before.mean = total.mean
  before.weights = total.weights
  clear(since)
}

function clear(sample: Weighted): void {
  sample.n = 0
  sample.mean = 0
  sample.weights = 1
}

function begun(state: State): State {
  state.level = 'stable'
  const { total, riseBefore, riseSince, fallBefore, fallSince } = state
  for (const sample of [total, riseBefore, riseSince, fallBefore, fallSince]) clear(sample)
  // Beyond any mean of zeros and ones with its bound.
  state.riseCut = Number.MAX_VALUE
  state.fallCut = -Number.MAX_VALUE
  return state
}
