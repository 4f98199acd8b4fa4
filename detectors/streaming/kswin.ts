import { z } from 'zod'
import { latticePathSf } from '../../statistics/lattice-paths.ts'
import { byTable } from './calibrate-table.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { finite } from './values.ts'

interface State extends StreamState {
  readonly window: number
  readonly recent: number
  readonly sample: boolean
  /** The least gap that alarms. */
  readonly critical: number
  /** Of the generator that draws the sample. */
  seed: number
  /** The last values as a ring; `next` is the place of the oldest. */
  values: number[]
  next: number
  /** Places of `values` in order of value. */
  order: number[]
  /** Distance of the last comparison times both sizes: a whole number. */
  gap: number
}

const options = z
  .strictObject({
    window: z.int().min(4).max(2_000).default(100),
    recent: z.int().min(2).max(1_000).default(30),
    alpha: z.number().gt(0).lt(1).default(0.005),
    compares: z.enum(['all', 'sample']).default('all'),
    seed: z.int().default(1),
  })
  .refine(({ window, recent }) => recent * 2 <= window, 'recent is at most half of window')

/**
 * Kolmogorov-Smirnov windowing
 *
 * The last `recent` values of a window against the others of it, by the exact two-sample Kolmogorov-Smirnov test; an
 * alarm where p <= alpha and the distance exceeds 0.1 (Raab, Heusinger, Schleif, Neurocomputing 416, 2020). They
 * compare with a sample of the others (`compares: 'sample'`), which throws data away. O(window).
 * Blind to what is older than its window: a slow change is never in it whole.
 */
export const kswin = defineStreamingDetector({
  name: 'kswin',
  title: 'Kolmogorov-Smirnov windowing',
  reads: 'number',
  definition: 1,
  options,
  examples: [{}, { window: 60, recent: 20, alpha: 0.001, compares: 'sample' }],
  start: ({ window, recent, alpha, compares, seed }): State => ({
    level: 'stable',
    ...{ window, recent },
    sample: compares === 'sample',
    critical: criticalGap(compares === 'sample' ? recent : window - recent, recent, alpha),
    seed: seed | 0,
    ...{ values: [], next: 0, order: [], gap: 0 },
  }),
  calibrate: byTable('kswin', options),
  step(state: State, value) {
    const x = finite(value)
    state.level = 'stable'
    remember(state, x)
    const { window, recent, values, next } = state
    if (values.length < window) return state
    state.gap = gapOf(state)
    if (state.gap < state.critical) return state
    state.level = 'drift'
    const kept = Array.from(
      { length: recent },
      (_, i) => values[(next + window - recent + i) % window] as number,
    )
    state.values = kept
    state.next = 0
    state.order = kept.map((_, i) => i).sort((a, b) => (kept[a] as number) - (kept[b] as number))
    return state
  },
})

/** The least max |i m - j n| that has p <= alpha and a distance above 0.1; beyond all of them where none has. */
function criticalGap(n: number, m: number, alpha: number): number {
  let low = 0
  let high = n * m + 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (latticePathSf(middle, n, m) <= alpha && middle / (n * m) > 0.1) high = middle
    else low = middle
  }
  return high
}

/** Takes a value in, and the oldest one out of a full window. */
function remember(state: State, x: number): void {
  const { values, order, window } = state
  const full = values.length === window
  const place = full ? state.next : values.length
  let at = full ? order.indexOf(place) : order.length
  values[place] = x
  if (full) state.next = place + 1 === window ? 0 : place + 1
  for (; at > 0 && (values[order[at - 1] as number] as number) > x; at--) {
    order[at] = order[at - 1] as number
  }
  const last = order.length - 1
  for (; at < last && (values[order[at + 1] as number] as number) < x; at++) {
    order[at] = order[at + 1] as number
  }
  order[at] = place
}

function gapOf(state: State): number {
  const { window, recent, values, order, next, sample } = state
  const older = window - recent
  const weights = sample ? drawn(state) : null
  const n = sample ? recent : older
  let [difference, gap] = [0, 0]
  for (let i = 0; i < window; i++) {
    const place = order[i] as number
    const age = place >= next ? place - next : place - next + window
    if (age >= older) difference -= n
    else if (weights === null) difference += recent
    else difference += (weights[age] as number) * recent
    const x = values[place] as number
    // Equal values count together: their order says nothing.
    if (i + 1 < window && (values[order[i + 1] as number] as number) === x) continue
    if (difference > gap) gap = difference
    else if (-difference > gap) gap = -difference
  }
  return gap
}

/** 1 for each of the older values that is drawn, by age: the beginning of a shuffle by Fisher and Yates. */
function drawn(state: State): number[] {
  const older = state.window - state.recent
  const ages = Array.from({ length: older }, (_, i) => i)
  const weights = new Array<number>(older).fill(0)
  for (let k = 0; k < state.recent; k++) {
    const j = k + Math.floor(uniform(state) * (older - k))
    const age = ages[j] as number
    ages[j] = ages[k] as number
    weights[age] = 1
  }
  return weights
}

/** The generator of `statistics/seeded-random.ts`, with its state in the detector's. */
function uniform(state: State): number {
  state.seed = (state.seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(state.seed ^ (state.seed >>> 15), state.seed | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
}
