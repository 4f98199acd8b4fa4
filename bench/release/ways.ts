import { addTallies } from '../../activities/step-tally.ts'
import { type HealthSettings, healthSettings } from '../../contracts/rollout-settings.ts'
import { nothingSummed, type StepSums } from '../../contracts/rollout-sums.ts'
import { judgeHealth } from '../../policies/rollout-health.ts'
import { type Minute, usual, usualSlowest } from './world.ts'

export type Said = 'stop' | 'healthy' | 'wait'

/** A way of watching one step: told each minute of both arms, it says what it makes of it. */
export interface Way {
  readonly name: string
  readonly told: string
  start(): (stable: Minute, candidate: Minute) => Said
}

/** Steps of the release, which share its risk. */
const steps = 4

function sequential(name: string, told: string, own: Partial<HealthSettings>): Way {
  const settings = { ...healthSettings.parse({ inputs: false }), ...own }
  return {
    ...{ name, told },
    start() {
      let sums: StepSums = { ...nothingSummed, errorsLogged: true }
      return (stable, candidate) => {
        sums = {
          ...sums,
          stable: addTallies(sums.stable, stable.tally),
          candidate: addTallies(sums.candidate, candidate.tally),
        }
        const inputs = { state: 'unknown' as const, reason: '' }
        const { state } = judgeHealth({ sums, inputs, until: '' }, settings, { steps })
        return state === 'UNHEALTHY' ? 'stop' : state === 'HEALTHY' ? 'healthy' : 'wait'
      }
    },
  }
}

/** Metric checks that may fail before it goes back, as in Flagger's examples. */
const failuresAllowed = 5

/** Each minute by itself against two fixed thresholds; so many failed checks in all, and it is over. */
function thresholds(name: string, told: string, minimumSuccess: number, most: number): Way {
  return {
    ...{ name, told },
    start() {
      let failed = 0
      return (_, { tally, times }) => {
        const success = 1 - tally.failures / Math.max(1, tally.requests)
        if (success < minimumSuccess) failed++
        if (slowest(times) > most) failed++
        return failed >= failuresAllowed ? 'stop' : 'wait'
      }
    },
  }
}

/** The 99th percentile of a minute: so many of its values lie below. */
const slowest = (times: Float64Array): number =>
  times.toSorted()[Math.max(0, Math.ceil(0.99 * times.length) - 1)] ?? 0

export const ways: readonly Way[] = [
  sequential(
    'sequential',
    'the defaults: 2 points of errors and 50 % of latency tolerated, risk 5 % over 4 steps; loss +0.02 tolerated',
    { loss: 0.2 * usual.loss },
  ),
  sequential(
    'sequential, strict',
    'half a point of errors, 10 % of latency and a loss of +0.005 tolerated, else the same',
    { errors: 0.005, latency: 0.1, loss: 0.005 },
  ),
  thresholds(
    'thresholds 99 %',
    'every minute: 99 % successes and the 99th percentile at most twice the usual one; 5 failed checks',
    0.99,
    2 * usualSlowest,
  ),
  thresholds(
    'thresholds 97 %',
    'the same with 97 % successes, which are two points below the usual ones',
    0.97,
    2 * usualSlowest,
  ),
  thresholds(
    'thresholds 95 %',
    'the same with 95 % successes and three times the usual percentile',
    0.95,
    3 * usualSlowest,
  ),
]
