import type { Health, RolloutView } from '../contracts/rollout.ts'
import { type Traffic, trafficInWords } from '../contracts/traffic.ts'
import type { Rollout } from './rollout.ts'
import { rolloutInWords, stageInWords } from './rollout-words.ts'

/** One change of the traffic as the record has it. */
export interface RecordedMove {
  readonly traffic: Traffic
  readonly by: string
  readonly reason: string
  readonly askedAt: Date
  readonly movedAt: Date | null
  readonly refused: string | null
}

/** How the traffic of a release moves or moved, for people. */
export function rolloutView(
  { state: rollout, health }: { readonly state: Rollout; readonly health: Health | null },
  moves: readonly RecordedMove[],
  { ended }: { readonly ended: boolean },
): RolloutView {
  const { stages, stable, candidate, paused, at, since } = rollout
  return {
    ...{ sentence: rolloutInWords(rollout), stable, candidate, paused, health },
    moves: moves.map(({ traffic, by, reason, askedAt, movedAt, refused }) => ({
      ...{ traffic: trafficInWords(traffic), by, reason, askedAt: askedAt.toISOString(), refused },
      movedAt: movedAt?.toISOString() ?? null,
    })),
    stages: stages.map((stage, place) => {
      const from = since[place]
      const began = place <= at && from !== undefined
      return {
        ...{ kind: stage.kind, title: stageInWords(stage, candidate) },
        state: stateOf(rollout, place, ended),
        since: began ? isoTime(from) : null,
        until: began && 'holdMs' in stage ? isoTime(from + stage.holdMs) : null,
      }
    }),
  }
}

function stateOf(
  { at, back, since }: Rollout,
  place: number,
  ended: boolean,
): RolloutView['stages'][number]['state'] {
  if (place < at) return 'done'
  if (back !== null || ended) return place === at && since[at] !== undefined ? 'done' : 'left out'
  return place === at ? 'now' : 'to come'
}

const isoTime = (ms: number): string => new Date(ms).toISOString()
