import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common'
import type { Db } from '../adapters/postgres/pool.ts'
import { saveHealth } from '../adapters/postgres/rollouts.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { Health, HealthQuestion } from '../contracts/rollout.ts'
import type { OnRolloutPhase } from '../contracts/rollout-phases.ts'
import type { HealthOptions } from './measure-health.ts'
import { withHeartbeat } from './with-heartbeat.ts'

export interface HealthDeps {
  readonly db: Db
  readonly clock: () => number
  /** One look at the log. */
  readonly measure: (question: HealthQuestion, options: HealthOptions) => Promise<Health>
  readonly onRolloutPhase?: OnRolloutPhase
}

/** See `Look` of policies/rollout.ts; times in milliseconds since 1970. */
export interface FollowInput extends Omit<HealthQuestion, 'from'> {
  readonly fromMs: number
  readonly untilMs: number | null
  readonly patienceMs: number | null
  readonly stops: boolean
  /** Between two looks, milliseconds. */
  readonly lookMs: number
}

export interface FollowedHealth {
  readonly health: Health
  /** By the clock that the end of the step was held against. */
  readonly atMs: number
}

/** The health of the steps of releases, on the queue `scan`. */
export const healthActivities = (deps: HealthDeps) => ({
  /**
   * One look. While there is nothing to decide the attempt fails with `HEALTH_GOES_ON` and is repeated after a while,
   * by whichever worker: a step of days holds no slot and grows no history.
   */
  async followHealth(input: FollowInput): Promise<FollowedHealth> {
    const { untilMs, patienceMs, stops, lookMs, fromMs, ...question } = input
    const health = await lookOnce(deps, { ...question, from: new Date(fromMs).toISOString() })
    await deps.onRolloutPhase?.('before health is saved')
    await saveHealth(deps.db, input.release, health)
    await deps.onRolloutPhase?.('after health is saved')
    const nowMs = deps.clock()
    if (isToldNow(health, input, nowMs)) return { health, atMs: nowMs }
    const next = [untilMs, patienceMs].filter((at) => at !== null && at > nowMs) as number[]
    throw ApplicationFailure.create({
      ...{ type: 'HEALTH_GOES_ON', message: health.reason },
      nextRetryDelay: Math.max(100, Math.min(lookMs, ...next.map((at) => at - nowMs))),
      category: ApplicationFailureCategory.BENIGN,
    })
  },
})

/** Whether there is something to decide. */
function isToldNow(
  { state }: Health,
  { untilMs, patienceMs, stops }: FollowInput,
  nowMs: number,
): boolean {
  if (state === 'UNHEALTHY' && stops) return true
  if (untilMs === null || nowMs < untilMs) return false
  return state === 'HEALTHY' || nowMs >= (patienceMs ?? untilMs)
}

/** A log that cannot be read says nothing about the candidate; the looks go on. */
async function lookOnce(deps: HealthDeps, question: HealthQuestion): Promise<Health> {
  try {
    return await withHeartbeat((signal, onNext) =>
      deps.measure(question, { signal, onCommit: (commits) => onNext(BigInt(commits)) }),
    )
  } catch (error) {
    if (!(error instanceof DriftgateError)) throw error
    return {
      state: 'NOT_ENOUGH_DATA',
      reason: `the log could not be read: ${error.message}`,
      requests: { stable: 0, candidate: 0 },
      measures: [],
      until: new Date(deps.clock()).toISOString(),
    }
  }
}
