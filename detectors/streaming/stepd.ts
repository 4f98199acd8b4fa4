import { z } from 'zod'
import { normalQuantile } from '../../statistics/special.ts'
import { byTable } from './calibrate-table.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { forgetAll, keepOneMore, type LastValues } from './last-values.ts'
import { modes } from './modes.ts'
import { bit } from './values.ts'

interface State extends StreamState, LastValues {
  /** Normal quantiles beyond which it alarms, and warns. */
  readonly driftScore: number
  readonly warningScore: number
  readonly frouros: boolean
  n: number
  errors: number
  recent: number
}

const options = z.strictObject({
  mode: modes('standard', 'frouros'),
  window: z.int().min(2).max(100_000).default(30),
  drift: z.number().gt(0).lt(0.5).default(0.003),
  warning: z.number().gt(0).lt(0.5).default(0.05),
})

/**
 * Statistical test of equal proportions
 *
 * The error rate of the last `window` values against that of all before, by the normal test of two proportions with a
 * correction for continuity; an alarm where errors are more frequent at level `drift` (Nishida and Yamauchi, Discovery
 * Science 2007). O(1).
 * Blind to changes slower than its window, and to small ones.
 */
export const stepd = defineStreamingDetector({
  name: 'stepd',
  title: 'Test of equal proportions',
  reads: 'error',
  definition: 1,
  options,
  examples: [{}, { window: 60, drift: 1e-4 }, { mode: 'frouros' }],
  start: ({ mode, window, drift, warning }): State =>
    begun({
      level: 'stable',
      window,
      driftScore: -normalQuantile(drift),
      warningScore: -normalQuantile(warning),
      frouros: mode === 'frouros',
      ring: [],
      ...{ next: 0, n: 0, errors: 0, recent: 0 },
    }),
  calibrate: byTable('stepd', options),
  step(state: State, value) {
    const x = bit(value)
    if (state.level === 'drift') begun(state)
    const { window } = state
    state.recent += x - keepOneMore(state, x)
    state.n++
    state.errors += x
    if (state.n < 2 * window) return state
    const score = scoreOf(state)
    if (score > state.driftScore) state.level = 'drift'
    else state.level = score > state.warningScore ? 'warning' : 'stable'
    return state
  },
})

/**
 * Frouros takes the size of the score whatever its sign, so that fewer errors alarm as well, and none or only errors
 * do: there the score is infinite.
 */
function scoreOf({ n, window, errors, recent, frouros }: State): number {
  const before = n - window
  const sizes = 1 / before + 1 / window
  const rate = errors / n
  const spread = Math.sqrt(rate * (1 - rate) * sizes)
  const rise = recent / window - (errors - recent) / before
  if (frouros) return Math.abs((Math.abs(rise) - 0.5 * sizes) / spread)
  return spread === 0 ? 0 : (rise - 0.5 * sizes) / spread
}

function begun(state: State): State {
  state.level = 'stable'
  forgetAll(state)
  state.n = 0
  state.errors = 0
  state.recent = 0
  return state
}
