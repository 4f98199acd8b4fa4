import { formatDuration } from '../contracts/duration.ts'
import type { Health, HealthQuestion } from '../contracts/rollout.ts'
import type { ModelRollout } from '../contracts/rollout-settings.ts'
import { allTo, sameTraffic, type Traffic } from '../contracts/traffic.ts'

/** One stage on the way: a state of the traffic that is held, a person who is asked, or a time of watching. */
export type Stage =
  | { readonly kind: 'shadow' | 'share'; readonly traffic: Traffic; readonly holdMs: number }
  | { readonly kind: 'confirm'; readonly role: string }
  | { readonly kind: 'full'; readonly traffic: Traffic }
  | { readonly kind: 'watch'; readonly holdMs: number }

/** Where a rollout stands. Serialisable, and only changed by the functions of this file and `rollout-orders.ts`. */
export interface Rollout {
  readonly stages: readonly Stage[]
  /** What serves, and is gone back to; null: nothing did. */
  readonly stable: string | null
  readonly candidate: string
  /** What the target holds by the last move that came through, and its generation since then. */
  readonly traffic: Traffic
  readonly generation: string
  /** So many moves came through. */
  readonly moves: number
  /** Place of the stage that is wanted; as many as there are stages: all are done. */
  readonly at: number
  /** Since when each stage is in place, milliseconds; those not yet reached are missing. */
  readonly since: readonly number[]
  /** Nothing moves by itself while that is so. */
  readonly paused: Paused | null
  /** Nothing moves on before; what goes back does. */
  readonly frozenUntilMs: number | null
  /** It goes back, for that reason. */
  readonly back: { readonly by: string; readonly reason: string } | null
  readonly health: Health | null
  /** A person went on knowing that this stage is unhealthy: no rule takes that back. */
  readonly stands: boolean
  /** So many orders of people were obeyed: a look that is older than one of them moves nothing. */
  readonly orders: number
}

export interface Paused {
  /** A person, or `rule:patience`. */
  readonly by: string
  readonly reason: string
}

export const patienceRule = 'rule:patience'
export const healthRule = 'rule:health'

export type RolloutAction =
  | { readonly do: 'move'; readonly traffic: Traffic; readonly forward: boolean }
  | ({ readonly do: 'look' } & Look)
  /** Null: until somebody orders something. */
  | { readonly do: 'wait'; readonly untilMs: number | null }
  | { readonly do: 'end'; readonly state: 'promoted' | 'rolled-back'; readonly reason: string }

/** Look after look at the health of a stage, until there is something to decide. */
export interface Look {
  readonly about: LookedAt
  /** The time of the stage is over then; null: it has no end of its own. */
  readonly untilMs: number | null
  /** Without a judgement it is looked at on until then; null: as `untilMs`. */
  readonly patienceMs: number | null
  /** Bad health is told at once; false: people know of it. */
  readonly stops: boolean
}

/** What a look is about; `fromMs`: since when both versions are compared. */
export type LookedAt = Pick<HealthQuestion, 'step' | 'stable' | 'candidate' | 'shadow'> & {
  readonly fromMs: number
}

export function newRollout(
  settings: ModelRollout,
  start: Pick<Rollout, 'stable' | 'candidate' | 'traffic' | 'generation'>,
): Rollout {
  return {
    stages: stagesOf(settings, start.stable, start.candidate),
    ...start,
    ...{ moves: 0, at: 0, since: [], paused: null, frozenUntilMs: null, back: null },
    ...{ health: null, stands: false, orders: 0 },
  }
}

/** Without a version in place there is nothing to go beside, to compare with or to go back to. */
export function stagesOf(
  { steps, watch }: Pick<ModelRollout, 'steps' | 'watch'>,
  stable: string | null,
  candidate: string,
): readonly Stage[] {
  const full: Stage = { kind: 'full', traffic: allTo(candidate) }
  if (stable === null) return [full]
  const before = steps.map((step): Stage => {
    if ('confirm' in step) return { kind: 'confirm', role: step.confirm }
    if ('shadow' in step) {
      const traffic = { stable, canary: null, shadow: candidate }
      return { kind: 'shadow', traffic, holdMs: step.shadow }
    }
    const canary = { version: candidate, percent: step.share }
    return { kind: 'share', traffic: { stable, canary, shadow: null }, holdMs: step.for }
  })
  return [...before, full, ...(watch > 0 ? [{ kind: 'watch' as const, holdMs: watch }] : [])]
}

/** What has to happen next, at `nowMs`. */
export function nextAction(
  rollout: Rollout,
  { patience }: Pick<ModelRollout, 'patience'>,
  nowMs: number,
): RolloutAction {
  const { back, stable, traffic, paused, frozenUntilMs, stands } = rollout
  if (back !== null) {
    const home = allTo(stable)
    if (!sameTraffic(traffic, home)) return { do: 'move', traffic: home, forward: false }
    return { do: 'end', state: 'rolled-back', reason: back.reason }
  }
  const stage = rollout.stages[rollout.at]
  if (stage === undefined) {
    return { do: 'end', state: 'promoted', reason: `version ${rollout.candidate} serves` }
  }
  const isFrozen = frozenUntilMs !== null && nowMs < frozenUntilMs
  const wanted = 'traffic' in stage && !sameTraffic(traffic, stage.traffic)
  if (wanted && paused === null && !isFrozen) {
    return { do: 'move', traffic: stage.traffic, forward: true }
  }
  const untilMs = paused !== null ? null : wanted ? frozenUntilMs : holdEnd(rollout)
  const about = lookedAt(rollout)
  if (about === null) return { do: 'wait', untilMs }
  const isPatient = untilMs !== null && !wanted && stage.kind !== 'watch'
  const stops = !stands && !isPausedByPerson(rollout)
  return { do: 'look', about, untilMs, patienceMs: isPatient ? untilMs + patience : null, stops }
}

export const isPausedByPerson = ({ paused }: Pick<Rollout, 'paused'>): boolean =>
  paused !== null && paused.by !== patienceRule

/** A stage without traffic of its own lasts from when it is reached; one with, from when it is in place. */
function holdEnd({ stages, at, since }: Rollout): number | null {
  const stage = stages[at]
  const from = since[at]
  return stage !== undefined && 'holdMs' in stage && from !== undefined ? from + stage.holdMs : null
}

/** The traffic of a stage is in place since `nowMs`, or that of before is again. */
export function moved(
  rollout: Rollout,
  { traffic, generation }: Pick<Rollout, 'traffic' | 'generation'>,
  nowMs: number,
): Rollout {
  const moves = rollout.moves + 1
  const now = { ...rollout, traffic, generation, moves, frozenUntilMs: null }
  if (rollout.back !== null) return now
  const reached = { ...now, since: withStart(rollout, nowMs), health: null }
  return rollout.stages[rollout.at]?.kind === 'full' ? advanced(reached, nowMs) : reached
}

/** On to the next stage. */
export function advanced(rollout: Rollout, nowMs: number): Rollout {
  const next = { ...rollout, at: rollout.at + 1, paused: null, stands: false }
  const stage = next.stages[next.at]
  return stage !== undefined && !('traffic' in stage)
    ? { ...next, since: withStart(next, nowMs) }
    : next
}

const withStart = ({ since, at }: Rollout, nowMs: number): readonly number[] =>
  Array.from({ length: at + 1 }, (_, place) => (place === at ? nowMs : (since[place] ?? nowMs)))

/**
 * A look at the health, which was begun after `orders` of them. What was ordered since then it knows nothing of: it is
 * shown and moves nothing.
 */
export function seen(
  rollout: Rollout,
  health: Health,
  { orders, nowMs }: { readonly orders: number; readonly nowMs: number },
  { patience }: Pick<ModelRollout, 'patience'>,
): Rollout {
  const known = { ...rollout, health }
  const { paused, back, at, stages, since, stands } = rollout
  const stage = stages[at]
  if (orders !== rollout.orders || back !== null || stage === undefined) return known
  if (health.state === 'UNHEALTHY' && !stands && !isPausedByPerson(rollout)) {
    return { ...known, paused: null, back: { by: healthRule, reason: health.reason } }
  }
  const endMs = holdEnd(rollout)
  if (paused !== null || endMs === null || nowMs < endMs) return known
  if (stage.kind === 'watch' || health.state === 'HEALTHY' || stands) return advanced(known, nowMs)
  if (nowMs < endMs + patience) return known
  const waited = formatDuration(nowMs - (since[at] ?? nowMs))
  const reason = `${waited} were not enough to tell: ${health.reason}`
  return { ...known, paused: { by: patienceRule, reason } }
}

/** What is compared now; null: nothing is. After all of the traffic moved, what the old version answered before counts. */
export function lookedAt({
  stages,
  at,
  since,
  stable,
  candidate,
  traffic,
}: Rollout): LookedAt | null {
  if (stable === null) return null
  const both = { stable, candidate }
  const last = stages.findLastIndex((stage, place) => place <= at && isHeld(stage, since[place]))
  const shared = stages.findLastIndex(
    ({ kind }, place) => place <= at && kind === 'share' && since[place] !== undefined,
  )
  const stage = stages[last]
  if (stage === undefined) return null
  if (stage.kind === 'shadow') {
    if (!sameTraffic(traffic, stage.traffic)) return null
    return { step: last, ...both, shadow: true, fromMs: since[last]! }
  }
  if (stage.kind === 'share') return { step: last, ...both, shadow: false, fromMs: since[last]! }
  if (stages[at]?.kind !== 'watch') return null
  // Its place is behind those of the steps: what both were asked then and now is not held against each other.
  if (shared !== -1) return { step: at, ...both, shadow: false, fromMs: since[shared]! }
  const watch = stages[at]
  const before = Math.min('holdMs' in watch ? watch.holdMs : 0, dayMs)
  return { step: at, ...both, shadow: false, fromMs: since[last]! - before }
}

const dayMs = 86_400_000

const isHeld = ({ kind }: Stage, since: number | undefined): boolean =>
  since !== undefined && (kind === 'shadow' || kind === 'share' || kind === 'full')
