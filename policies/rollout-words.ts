import { formatDuration } from '../contracts/duration.ts'
import type { ModelRollout } from '../contracts/rollout-settings.ts'
import { trafficInWords } from '../contracts/traffic.ts'
import { type Rollout, type Stage, stagesOf } from './rollout.ts'

export function stageInWords(stage: Stage, candidate: string): string {
  switch (stage.kind) {
    case 'shadow':
      return `version ${candidate} gets a copy of every request, for ${formatDuration(stage.holdMs)}`
    case 'share':
      return `${stage.traffic.canary?.percent} % of the requests, for ${formatDuration(stage.holdMs)}`
    case 'confirm':
      return `somebody with the role ${stage.role} says to go on`
    case 'full':
      return 'all of the requests'
    case 'watch':
      return `watched for ${formatDuration(stage.holdMs)}`
  }
}

/** What is ahead of a release, a sentence each; empty: all of the traffic moves at once, and nothing is watched. */
export function stepsInWords(
  settings: Pick<ModelRollout, 'steps' | 'watch'>,
  { stable, candidate }: Pick<Rollout, 'stable' | 'candidate'>,
): string[] {
  const stages = stagesOf(settings, stable, candidate)
  return stages.length === 1 ? [] : stages.map((stage) => stageInWords(stage, candidate))
}

/** Where it stands, in words for people. */
export function rolloutInWords(rollout: Rollout): string {
  const { back, paused, stages, at, traffic } = rollout
  const now = trafficInWords(traffic)
  if (back !== null) return `goes back: ${back.reason}`
  if (paused !== null) return `paused by ${paused.by}: ${paused.reason}; ${now}`
  const stage = stages[at]
  const place = `step ${Math.min(at + 1, stages.length)} of ${stages.length}`
  if (stage?.kind === 'confirm') return `${place}: waits for ${stage.role} to go on; ${now}`
  if (stage?.kind === 'watch')
    return `${place}: is watched for ${formatDuration(stage.holdMs)}; ${now}`
  return `${place}: ${now}`
}
