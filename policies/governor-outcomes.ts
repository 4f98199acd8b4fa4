import type { Incident } from '../contracts/incident.ts'
import type {
  ChildEnded,
  ReleaseInput,
  RetrainInput,
  RetrainResult,
} from '../contracts/messages.ts'
import type { GovernorSettings, StewardState } from '../contracts/steward.ts'
import type { Governed } from './governor.ts'
import { isQuiet, resolved } from './incidents.ts'

type ReleaseEnded = Extract<ChildEnded, { child: 'release' }>

/** The steward has started what was wanted. */
export const retrainingStarted = (state: StewardState, input: RetrainInput): StewardState => ({
  ...state,
  wanted: null,
  retraining: input,
  drift: note(state.drift, `retraining ${input.runKey} runs`, { runKey: input.runKey }),
})

export const releaseStarted = (state: StewardState, input: ReleaseInput): StewardState => ({
  ...state,
  release: input,
  drift: note(state.drift, `release ${input.release} is asked for`, { release: input.release }),
})

/**
 * A candidate goes on to its release. Anything else holds automatic retraining: of a lost job until a
 * person asks, of the others until the next drifted window after the cooldown.
 */
export function afterRetraining(
  state: StewardState,
  result: RetrainResult,
  nowMs: number,
): Governed {
  const running = state.retraining
  if (running === null || running.runKey !== result.runKey) return { state, command: null }
  const ended = { ...state, retraining: null, lastEndedAt: isoTime(nowMs) }
  if (result.outcome === 'candidate' && result.candidateVersion !== null) {
    return {
      state: { ...ended, drift: note(state.drift, `version ${result.candidateVersion} is better`) },
      command: {
        kind: 'start-release',
        runKey: result.runKey,
        candidateVersion: result.candidateVersion,
        incident: running.incident,
        requestedBy: running.requestedBy,
      },
    }
  }
  const sentence = {
    candidate: 'the retraining gave no version',
    'not-better': 'the candidate is not better',
    failed: 'the retraining failed',
    lost: 'nobody knows how the retraining ended',
  }[result.outcome]
  const next = `${sentence}: ${result.reason}`
  const held = result.outcome === 'lost' ? sentence : state.held
  return {
    // The windows that led here are spent: only new ones may lead to the next try.
    state: { ...ended, held, windows: [], drift: note(state.drift, next) },
    command: null,
  }
}

/** A promotion resolves its incident; a person's "no" keeps it open and holds automatic retraining. */
export function afterRelease(
  state: StewardState,
  ended: ReleaseEnded,
  nowMs: number,
): StewardState {
  if (state.release === null || state.release.release !== ended.release) return state
  const next = { ...state, release: null, lastEndedAt: isoTime(nowMs) }
  if (ended.state !== 'promoted') {
    const held = `release ${ended.release} ended as ${ended.state}`
    return { ...next, held, drift: note(state.drift, `${held}; the incident stays open`) }
  }
  const version = ended.version ?? state.release.candidateVersion
  const how = `version ${version} serves since ${isoTime(nowMs)}`
  return {
    ...next,
    held: null,
    // What was seen under the version before says nothing about this one.
    windows: [],
    drift:
      state.drift?.state === 'open' ? resolved(state.drift, 'promoted', how, nowMs) : state.drift,
    lastPromotion: { version, at: isoTime(nowMs), helped: null },
  }
}

/** Did retraining help last time? Decided once: quiet windows say yes, the full hysteresis of drift says no. */
export function judgePromotion(state: StewardState, settings: GovernorSettings): StewardState {
  const last = state.lastPromotion
  if (last === null || last.helped !== null) return state
  const drifted = state.windows
    .slice(-settings.outOf)
    .filter(({ verdict }) => verdict === 'DRIFT').length
  if (drifted >= settings.windows) return { ...state, lastPromotion: { ...last, helped: false } }
  // What a longer span found is quiet only once as many windows are.
  if (!isQuiet(state, Math.max(settings.windows, state.drift?.span ?? 1))) return state
  return { ...state, lastPromotion: { ...last, helped: true } }
}

function note(
  incident: Incident | null,
  next: string,
  changes: Partial<Pick<Incident, 'runKey' | 'release'>> = {},
): Incident | null {
  if (incident === null || incident.state !== 'open') return incident
  return { ...incident, ...changes, next }
}

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()
