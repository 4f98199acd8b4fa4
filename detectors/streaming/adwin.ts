import { z } from 'zod'
import { buckets, type Window } from './adwin-window.ts'
import { byTable } from './calibrate-table.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { modes } from './modes.ts'
import { finite, refused } from './values.ts'

interface State extends StreamState, Window {
  readonly delta: number
  readonly clock: number
  readonly shortest: number
  readonly minimum: number
  readonly keep: boolean
  readonly frouros: boolean
  ticks: number
}

const options = z.strictObject({
  mode: modes('standard', 'river', 'frouros'),
  delta: z.number().gt(0).lt(1).default(0.002),
  clock: z.int().positive().default(32),
  buckets: z.int().min(2).max(100).default(5),
  shortest: z.int().positive().default(5),
  minimum: z.int().min(0).default(10),
  keep: z.boolean().default(false),
})

/**
 * Adaptive windowing
 *
 * The longest window whose mean did not change: wherever the means before and after a cut differ by more than their
 * bound, what lies before is dropped, and that is an alarm (Bifet and Gavaldà, SDM 2007; the bound of variance). An
 * exponential histogram stands for the window. O(log n), every `clock` values.
 * Blind to changes within `clock` values, and slow: its bound holds for any law of bounded values.
 */
export const adwin = defineStreamingDetector({
  name: 'adwin',
  title: 'Adaptive windowing',
  reads: 'number',
  definition: 1,
  options,
  examples: [{}, { delta: 0.05, clock: 1, keep: true }],
  start: ({ mode, delta, clock, buckets: most, shortest, minimum, keep }): State => ({
    level: 'stable',
    ...{ delta, clock, minimum, keep, ticks: 0 },
    frouros: mode === 'frouros',
    shortest,
    ...buckets.none(most),
  }),
  calibrate: byTable('adwin', options),
  step(state: State, value) {
    const x = finite(value)
    if (state.level === 'drift') begin(state)
    if (state.frouros && state.total + x < 0) throw refused(x, 'values whose sum is not below 0')
    buckets.add(state, x)
    if (++state.ticks % state.clock !== 0 || state.width <= state.minimum) return state
    while (cuts(state)) {
      state.level = 'drift'
      buckets.dropOldest(state)
    }
    return state
  },
})

/** Whether the means on both sides of some cut between buckets differ by more than their bound. */
function cuts(state: State): boolean {
  const { width, total, shortest, counts, totals, most } = state
  const log = Math.log((2 * Math.log(width)) / state.delta)
  const spread = 2 * (state.variance / width) * log
  const least = state.frouros ? shortest + 1 : shortest
  let before = 0
  let sum = 0
  for (let row = counts.length - 1; row >= 0; row--) {
    const size = 2 ** row
    const at = row * (most + 1)
    // Frouros leaves out the newest bucket of each row.
    const end = at + (counts[row] as number) - (state.frouros ? 1 : 0)
    for (let i = at; i < end; i++) {
      before += size
      sum += totals[i] as number
      const after = width - before
      if (after < least) return false
      if (before < least) continue
      const apart = Math.abs(sum / before - (total - sum) / after)
      const sizes = 1 / (before - shortest + 1) + 1 / (after - shortest + 1)
      if (apart > Math.sqrt(sizes * spread) + (2 / 3) * log * sizes) return true
    }
  }
  return false
}

function begin(state: State): void {
  state.level = 'stable'
  if (state.keep) return
  state.ticks = 0
  buckets.clear(state)
}
