import { z } from 'zod'
import { byTable } from './calibrate-table.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { modes } from './modes.ts'
import { frourosMeanWith } from './running-mean.ts'
import { bit } from './values.ts'

interface State extends StreamState {
  readonly minimum: number
  readonly warning: number
  readonly drift: number
  readonly longest: number
  readonly keep: number
  readonly longestWarning: number
  readonly frouros: boolean
  n: number
  rate: number
  /** Values that the rate is the mean of: n, but for a slip of Frouros. */
  rated: number
  lowRate: number
  lowDeviation: number
  warnings: number
  /** Whether rate and count are to be made anew of the stored values. */
  rebuild: boolean
  /** The last `keep` values as a ring: `count` of them from `first` on. */
  readonly stored: number[]
  first: number
  count: number
}

const options = z.strictObject({
  mode: modes('standard', 'frouros'),
  minimum: z.int().positive().default(129),
  warning: z.number().positive().default(1.773),
  drift: z.number().positive().default(2.258),
  longest: z.int().positive().default(40_000),
  keep: z.int().positive().max(100_000).default(7_000),
  longestWarning: z.int().positive().default(1_400),
})

/**
 * Reactive drift detection method
 *
 * `ddm` that does not tire: a concept of more than `longest` values is shortened to the last `keep`, a warning that
 * lasts is an alarm, and after an alarm the rate is made of the values since the warning began (Barros, Cabral,
 * Gonçalves, Santos, Expert Systems with Applications 90, 2017). O(1), O(keep) memory.
 * Blind to less than `ddm` is, and so alarms more often without a change.
 */
export const rddm = defineStreamingDetector({
  name: 'rddm',
  title: 'Reactive drift detection method',
  reads: 'error',
  definition: 1,
  options,
  examples: [{}, { minimum: 60, longest: 400, keep: 100, longestWarning: 50 }, { mode: 'frouros' }],
  start: ({ mode, ...settings }): State => ({
    level: 'stable',
    ...settings,
    frouros: mode === 'frouros',
    ...{ n: 0, rate: 0, rated: 0, lowRate: 1, lowDeviation: 1, warnings: 0, rebuild: false },
    ...{ stored: [], first: 0, count: 0 },
  }),
  calibrate: byTable('rddm', options),
  step(state: State, value) {
    const x = bit(value)
    if (state.level === 'drift') afterAlarm(state)
    state.n++
    if (state.rebuild) rebuilt(state)
    store(state, x)
    state.rate = frourosMeanWith(state.rate, ++state.rated, x)
    if (state.n < state.minimum) {
      state.level = 'stable'
      return state
    }
    const deviation = Math.sqrt((state.rate * (1 - state.rate)) / state.n)
    const sum = state.rate + deviation
    lower(state, sum, deviation)
    const above = (level: number) => sum > state.lowRate + level * state.lowDeviation
    if (above(state.drift)) {
      if (state.warnings === 0) keepLast(state, 1)
      else if (!state.frouros) keepLast(state, state.warnings + 1)
      state.level = 'drift'
      return state
    }
    if (!above(state.warning)) {
      state.level = 'stable'
      state.warnings = 0
      if (state.n >= state.longest) state.rebuild = true
    } else if (state.warnings >= state.longestWarning) {
      state.level = 'drift'
      keepLast(state, 1)
    } else {
      state.level = 'warning'
      state.warnings++
    }
    return state
  },
})

/** Frouros is begun anew by whoever runs it: what is stored and the count of warnings outlive that. */
function afterAlarm(state: State): void {
  if (state.frouros) {
    cleared(state)
    state.rebuild = false
  } else state.rebuild = true
}

function cleared(state: State): void {
  state.level = 'stable'
  state.n = 0
  state.rate = 0
  state.rated = 0
  state.lowRate = 1
  state.lowDeviation = 1
}

/** Counts anew from the stored values. */
function rebuilt(state: State): void {
  cleared(state)
  state.warnings = 0
  state.rebuild = false
  const { stored, first, count, keep, minimum } = state
  for (let i = 0; i < count; i++) {
    const n = ++state.n
    state.rate = frourosMeanWith(state.rate, ++state.rated, stored[(first + i) % keep] as number)
    if (state.frouros || n < minimum) continue
    const deviation = Math.sqrt((state.rate * (1 - state.rate)) / n)
    lower(state, state.rate + deviation, deviation)
  }
  // Frouros loses count of the value to come.
  if (!state.frouros) state.n++
}

function lower(state: State, sum: number, deviation: number): void {
  if (sum >= state.lowRate + state.lowDeviation) return
  state.lowRate = state.rate
  state.lowDeviation = deviation
}

function store(state: State, x: number): void {
  if (state.count === state.keep) {
    state.first = (state.first + 1) % state.keep
    state.count--
  }
  state.stored[(state.first + state.count) % state.keep] = x
  state.count++
}

function keepLast(state: State, values: number): void {
  const kept = Math.min(values, state.count)
  state.first = (state.first + state.count - kept) % state.keep
  state.count = kept
}
