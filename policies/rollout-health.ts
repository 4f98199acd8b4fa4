import type { Health, HealthState } from '../contracts/rollout.ts'
import type { HealthSettings } from '../contracts/rollout-settings.ts'
import type { ArmInputs, StepSums } from '../contracts/rollout-sums.ts'
import { askedMeasures, judgeMeasure, type MeasureHealth, measured } from './health-measures.ts'

/** What is known of a step when it is judged. */
export interface StepKnown {
  readonly sums: StepSums
  readonly inputs: ArmInputs
  /** Time up to which the log was read, ISO 8601. */
  readonly until: string
}

/** With fewer answers of the version in place nobody knows how much they vary. */
const fewestStable = 50

/**
 * Whether the candidate is no worse than the version in place by more than is tolerated. The risk of the release is split
 * evenly over the steps that are judged, and that of a step over its measures; each measure keeps its part over all looks.
 *
 * UNHEALTHY: one measure shows it. HEALTHY: every measure that was asked for and that the log has shows it. Anything
 * else, versions that were asked differently among it, is NOT_ENOUGH_DATA, which neither promotes nor rolls back.
 */
export function judgeHealth(
  { sums, inputs, until }: StepKnown,
  settings: HealthSettings,
  spending: { readonly steps: number },
): Health {
  const asked = askedMeasures(settings)
  const risk = settings.risk / Math.max(1, spending.steps) / asked.length
  const minimum = settings.minimumRequests
  const found = asked.flatMap((measure) => measured(measure, sums, settings, risk) ?? [])
  const absent = asked.filter((measure) => !found.some((one) => one.measure === measure))
  const judged = found.map((one) => judgeMeasure(one, minimum))
  const measures = settings.inputs ? [...judged, measureOf(inputs)] : judged
  const requests = { stable: sums.stable.requests, candidate: sums.candidate.requests }
  const answer = (state: HealthState, reason: string): Health => ({
    ...{ state, requests, measures, until },
    reason: absent.length === 0 ? reason : `${reason} (not in the log: ${absent.join(', ')})`,
  })
  if (requests.candidate < minimum || requests.stable < Math.min(minimum, fewestStable)) {
    const answers = `${requests.candidate} of at least ${minimum} answers of the candidate so far`
    return answer('NOT_ENOUGH_DATA', `${answers}, ${requests.stable} of the version in place`)
  }
  if (settings.inputs && inputs.state === 'different') {
    return answer('NOT_ENOUGH_DATA', `they cannot be compared: ${inputs.reason}`)
  }
  const reasons = (state: HealthState) =>
    judged.filter((one) => one.state === state).map(({ reason }) => reason)
  const bad = reasons('UNHEALTHY')
  if (bad.length > 0) return answer('UNHEALTHY', bad.join('; '))
  if (judged.length === 0) {
    return answer(
      'NOT_ENOUGH_DATA',
      'the log says neither which requests failed nor how long they took: log.paths.error and log.paths.latency say where it does',
    )
  }
  const open = reasons('NOT_ENOUGH_DATA')
  if (open.length > 0) return answer('NOT_ENOUGH_DATA', open.join('; '))
  return answer('HEALTHY', reasons('HEALTHY').join('; '))
}

const measureOf = ({ state, reason }: ArmInputs): MeasureHealth => ({
  measure: 'inputs',
  state: state === 'alike' ? 'HEALTHY' : 'NOT_ENOUGH_DATA',
  ...{ stable: null, candidate: null, worse: null, tolerated: null, reason },
})
