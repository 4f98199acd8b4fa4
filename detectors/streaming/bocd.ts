import { z } from 'zod'
import { byTable } from './calibrate-table.ts'
import { defineStreamingDetector, type StreamState } from './detector.ts'
import { bit, finite } from './values.ts'

/** Where the last change may have been: since then it saw `n` values with this sum. */
interface Run {
  log: number
  n: number
  sum: number
}

interface State extends StreamState {
  readonly model: 'normal' | 'bernoulli'
  readonly hazard: number
  readonly priorMean: number
  readonly priorWeight: number
  readonly variance: number
  readonly memory: number
  readonly minimum: number
  readonly odds: number
  n: number
  /** Oldest first: the first has seen all since the start. Weights sum to 1 (they are logarithms). */
  readonly runs: Run[]
}

const options = z.strictObject({
  model: z.enum(['normal', 'bernoulli']).default('normal'),
  hazard: z.number().gt(0).lt(1).default(0.01),
  priorMean: z.number().default(0),
  priorWeight: z.number().positive().default(1),
  variance: z.number().positive().default(1),
  memory: z.int().min(3).max(10_000).default(200),
  minimum: z.int().positive().default(30),
  odds: z.number().min(0).default(0),
})

/**
 * Bayesian online change detection
 *
 * The posterior of the time since the last change, under a constant hazard; an alarm where some later time is more
 * probable than the start, by a factor of e^`odds` (Adams and MacKay, arXiv:0710.3742). At most `memory` times are kept:
 * the least probable ones go. O(memory).
 * Blind to nothing that its model sees, and wrong where values do not follow the model.
 */
export const bocd = defineStreamingDetector({
  name: 'bocd',
  title: 'Bayesian online change detection',
  reads: 'number',
  definition: 1,
  options,
  examples: [{}, { model: 'bernoulli', priorMean: 0.2, priorWeight: 10, hazard: 0.001, odds: 3 }],
  start: (settings): State => ({
    level: 'stable',
    ...settings,
    n: 0,
    runs: [{ log: 0, n: 0, sum: 0 }],
  }),
  calibrate: byTable('bocd', options),
  step(state: State, value) {
    const x = state.model === 'bernoulli' ? bit(value) : finite(value)
    const { runs, hazard } = state
    if (state.level === 'drift') {
      state.level = 'stable'
      state.n = 0
      runs.length = 0
      runs.push({ log: 0, n: 0, sum: 0 })
    }
    state.n++
    let most = -Number.MAX_VALUE
    for (const run of runs) {
      run.log += logDensity(state, run, x)
      run.n++
      run.sum += x
      if (run.log > most) most = run.log
    }
    let sum = 0
    for (const { log } of runs) sum += Math.exp(log - most)
    const evidence = most + Math.log(sum)
    const goesOn = Math.log(1 - hazard) - evidence
    for (const run of runs) run.log += goesOn
    runs.push({ log: Math.log(hazard), n: 0, sum: 0 })
    if (runs.length > state.memory) forget(runs)
    if (state.n >= state.minimum && laterOdds(runs) >= state.odds) state.level = 'drift'
    return state
  },
})

/** Logarithm of the density of a value after what a run has seen: the conjugate model's prediction. */
function logDensity(state: State, { n, sum }: Run, x: number): number {
  const { model, priorMean, priorWeight, variance } = state
  const mean = (priorMean * priorWeight + sum) / (priorWeight + n)
  if (model === 'bernoulli') return Math.log(x === 1 ? mean : 1 - mean)
  const spread = variance / (priorWeight + n) + variance
  return -0.5 * (Math.log(2 * Math.PI * spread) + ((x - mean) * (x - mean)) / spread)
}

/** How much more probable the most probable later change is than none since the start, as a logarithm. */
function laterOdds(runs: readonly Run[]): number {
  let most = -Number.MAX_VALUE
  for (let i = 1; i < runs.length; i++) most = Math.max(most, (runs[i] as Run).log)
  return most - (runs[0] as Run).log
}

/** Drops the least probable run, but neither the one since the start nor the one that just began. */
function forget(runs: Run[]): void {
  let least = 1
  for (let i = 2; i < runs.length - 1; i++) {
    if ((runs[i] as Run).log < (runs[least] as Run).log) least = i
  }
  runs.splice(least, 1)
}
