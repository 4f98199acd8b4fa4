import type { Health, HealthMeasure, HealthState } from '../contracts/rollout.ts'
import type { HealthSettings } from '../contracts/rollout-settings.ts'
import type { ArmTally, StepSums } from '../contracts/rollout-sums.ts'
import type { Sequence } from '../statistics/confidence-sequence.ts'
import { meanDifference, meanIncrease, meanOf } from '../statistics/mean-sequence.ts'
import { shareDifference } from '../statistics/share-sequence.ts'

export type MeasureHealth = Health['measures'][number]

/** A measure of both arms before it is judged. */
export interface Measured {
  readonly measure: HealthMeasure
  readonly stable: number | null
  readonly candidate: number | null
  /** How much worse; null: an arm has nothing to measure. */
  readonly worse: Sequence | null
  readonly tolerated: number
  /** What stands before the difference, as `1.2 % of its requests failed, 0.4 % of those of the version in place`. */
  readonly told: string
  /** A difference for people is so many times greater, in this unit. */
  readonly scale: number
  readonly unit: string
  /** Values of the candidate, by which it is told how many more are needed. */
  readonly n: number
}

/** Measures that the settings ask for; they share the risk of a step, whether or not the log has them. */
export const askedMeasures = ({ loss, predictions }: HealthSettings): HealthMeasure[] => [
  'errors',
  'latency',
  ...(loss === undefined ? [] : (['loss'] as const)),
  ...(predictions === undefined ? [] : (['predictions'] as const)),
]

/** What the log has of a measure, at the risk that it may take; null: the log does not hold it. */
export function measured(
  measure: HealthMeasure,
  { stable, candidate, errorsLogged }: StepSums,
  settings: HealthSettings,
  risk: number,
): Measured | null {
  switch (measure) {
    case 'errors':
      return errorsLogged ? errors(stable, candidate, settings.errors, risk) : null
    case 'latency':
      return stable.latency.n + candidate.latency.n > 0
        ? latency(stable, candidate, settings.latency, risk)
        : null
    case 'loss':
      return loss(stable, candidate, settings.loss as number, risk)
    case 'predictions':
      return predictions(stable, candidate, settings.predictions as number, risk)
    default:
      return null
  }
}

function errors(stable: ArmTally, candidate: ArmTally, tolerated: number, risk: number): Measured {
  const share = ({ requests, failures }: ArmTally) => (requests === 0 ? null : failures / requests)
  const hits = ({ requests, failures }: ArmTally) => ({ n: requests, hits: failures })
  const both = { stable: share(stable), candidate: share(candidate) }
  return {
    ...{ measure: 'errors', ...both, tolerated, n: candidate.requests },
    worse: shareDifference(hits(stable), hits(candidate), { risk, focus: tolerated }),
    told: `${percent(both.candidate)} of its requests failed, ${percent(both.stable)} of those of the version in place`,
    ...{ scale: 100, unit: ' points' },
  }
}

function latency(stable: ArmTally, candidate: ArmTally, tolerated: number, risk: number): Measured {
  const both = meansOf(stable.latency, candidate.latency)
  return {
    ...{ measure: 'latency', ...both, tolerated, n: candidate.latency.n },
    worse: meanIncrease(stable.latency, candidate.latency, { risk, focus: tolerated }),
    told: `its answers take ${digits(both.candidate)} ms, those of the version in place ${digits(both.stable)} ms`,
    ...{ scale: 100, unit: ' %' },
  }
}

function loss(stable: ArmTally, candidate: ArmTally, tolerated: number, risk: number): Measured {
  const both = meansOf(stable.losses, candidate.losses)
  return {
    ...{ measure: 'loss', ...both, tolerated, n: candidate.losses.n },
    worse: meanDifference(stable.losses, candidate.losses, { risk, focus: tolerated }),
    told: `its loss is ${digits(both.candidate)}, that of the version in place ${digits(both.stable)}`,
    ...{ scale: 1, unit: '' },
  }
}

/** Both directions are worse: each takes half of the risk. */
function predictions(
  stable: ArmTally,
  candidate: ArmTally,
  tolerated: number,
  risk: number,
): Measured {
  const both = meansOf(stable.scores, candidate.scores)
  const signed = meanDifference(stable.scores, candidate.scores, {
    risk: risk / 2,
    focus: tolerated,
  })
  return {
    ...{ measure: 'predictions', ...both, tolerated, n: candidate.scores.n },
    worse: signed && {
      estimate: Math.abs(signed.estimate),
      low: Math.max(0, signed.low, -signed.high),
      high: Math.max(Math.abs(signed.low), Math.abs(signed.high)),
    },
    told: `its mean score is ${digits(both.candidate)}, that of the version in place ${digits(both.stable)}`,
    ...{ scale: 1, unit: '' },
  }
}

const meansOf = (stable: ArmTally['scores'], candidate: ArmTally['scores']) => ({
  stable: stable.n === 0 ? null : meanOf(stable),
  candidate: candidate.n === 0 ? null : meanOf(candidate),
})

/**
 * UNHEALTHY: even the least that the candidate may be worse is more than tolerated. HEALTHY: even the most is not. Else
 * there is not enough data, as there is with fewer values of it than `minimum`.
 */
export function judgeMeasure(found: Measured, minimum: number): MeasureHealth {
  const { measure, stable, candidate, worse, tolerated, told, scale, unit, n } = found
  const answer = (state: HealthState, reason: string): MeasureHealth => ({
    ...{ measure, state, stable, candidate, tolerated, reason },
    worse: worse && { estimate: worse.estimate, low: worse.low, high: worse.high },
  })
  if (worse === null) return answer('NOT_ENOUGH_DATA', `${measure}: one of the versions has none`)
  if (n < minimum) return answer('NOT_ENOUGH_DATA', `${told}: ${n} of at least ${minimum} so far`)
  const [low, high, most] = [worse.low, worse.high, tolerated].map((one) => digits(one * scale))
  const sentence = `${told}: worse by between ${low} and ${high}${unit}, tolerated: ${most}${unit}`
  if (worse.low > tolerated) return answer('UNHEALTHY', sentence)
  if (worse.high <= tolerated) return answer('HEALTHY', sentence)
  const more = stillNeeded(worse, tolerated, n)
  const need = more === null ? '' : `; about ${more} more requests tell`
  return answer('NOT_ENOUGH_DATA', `${sentence}${need}`)
}

/** The width falls about as the root of the number of values; null: it lies too near to what is tolerated to say. */
function stillNeeded({ estimate, low, high }: Sequence, tolerated: number, n: number) {
  const [width, room] =
    estimate <= tolerated
      ? [high - estimate, tolerated - estimate]
      : [estimate - low, estimate - tolerated]
  const more = Math.ceil(n * ((width / room) ** 2 - 1))
  return Number.isFinite(more) && more < 1e7 ? Number(Math.max(1, more).toPrecision(2)) : null
}

const digits = (value: number | null): string =>
  value === null ? 'nothing' : String(Number(value.toPrecision(3)))
const percent = (share: number | null): string =>
  share === null ? 'nothing' : `${digits(share * 100)} %`
