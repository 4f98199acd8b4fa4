import type { Incident } from '../contracts/incident.ts'
import type {
  ChildEnded,
  ReleaseInput,
  RetrainInput,
  RetrainResult,
} from '../contracts/messages.ts'
import type { ReinstateMessage } from '../contracts/release-messages.ts'
import type { GovernorSettings, StewardState } from '../contracts/steward.ts'
import { endsSentence, goesOnSentence } from './candidate-words.ts'
import { causesOf, tellCauses } from './causes.ts'
import type { Governed } from './governor.ts'
import { isQuiet, resolved } from './incidents.ts'
import { isQuietSince, spentWindows, worseByLabels } from './performance-incidents.ts'

type ReleaseEnded = Extract<ChildEnded, { child: 'release' }>

/** The steward has started what was wanted. */
export const retrainingStarted = (state: StewardState, input: RetrainInput): StewardState =>
  tellCauses({ ...state, wanted: null, retraining: input }, `retraining ${input.runKey} runs`, {
    runKey: input.runKey,
  })

export const releaseStarted = (state: StewardState, input: ReleaseInput): StewardState =>
  tellCauses({ ...state, release: input }, askedFor(input), { release: input.release })

/** What was rolled back is asked for once more, unless the model is retrained or released already. */
export function reinstateAsked(state: StewardState, message: ReinstateMessage): Governed {
  if (state.release !== null || state.retraining !== null) return { state, command: null }
  const { eventId, runKey, version, incident, person, reinstates } = message
  return {
    state,
    command: {
      ...{ kind: 'start-release', runKey, candidateVersion: version, incident },
      ...{ requestedBy: [person], again: { eventId, reinstates } },
    },
  }
}

function askedFor({ release, candidateVersion, compared }: ReleaseInput): string {
  const why = compared === undefined ? '' : `, since ${goesOnSentence(candidateVersion, compared)}`
  return `release ${release} is asked for${why}`
}

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
      state: tellCauses(ended, goesOnSentence(result.candidateVersion, result.compared)),
      command: {
        kind: 'start-release',
        runKey: result.runKey,
        candidateVersion: result.candidateVersion,
        incident: running.incident,
        requestedBy: running.requestedBy,
        ...(result.compared && { compared: result.compared }),
      },
    }
  }
  const sentence = {
    candidate: 'the retraining gave no version',
    'not-better': endsSentence(result.compared),
    failed: 'the retraining failed',
    lost: 'nobody knows how the retraining ended',
  }[result.outcome]
  const next = `${sentence}: ${result.reason}`
  const held = result.outcome === 'lost' ? sentence : state.held
  // A job that failed says nothing of what a candidate would have gained.
  const gainless = state.gainless + (result.outcome === 'not-better' ? 1 : 0)
  return {
    // The windows that led here are spent: only new ones may lead to the next try.
    state: tellCauses(
      {
        ...{ ...ended, held, gainless, windows: [] },
        performanceWindows: spentWindows(state.performanceWindows),
      },
      next,
    ),
    command: null,
  }
}

/** A promotion resolves what is open; a person's "no" keeps it open and holds automatic retraining. */
export function afterRelease(
  state: StewardState,
  ended: ReleaseEnded,
  nowMs: number,
): StewardState {
  if (state.release === null || state.release.release !== ended.release) return state
  const next = { ...state, release: null, lastEndedAt: isoTime(nowMs) }
  if (ended.state !== 'promoted') {
    const held = `release ${ended.release} ended as ${ended.state}`
    // What nobody answered in time, or evidence that changed, says nothing of the candidate.
    const gainless = state.gainless + (ended.state === 'rejected' ? 1 : 0)
    return tellCauses({ ...next, held, gainless }, `${held}; the incident stays open`)
  }
  const answered = causesOf(state).filter(({ runKey }) => runKey === state.release?.runKey)
  const version = ended.version ?? state.release.candidateVersion
  const how = `version ${version} serves since ${isoTime(nowMs)}`
  const end = (incident: Incident | null): Incident | null =>
    incident?.state === 'open' ? resolved(incident, 'promoted', how, nowMs) : incident
  return {
    ...next,
    held: null,
    // What was seen under the version before says nothing about this one.
    windows: [],
    performanceWindows: { labels: [], estimate: [] },
    performanceFrom: servesFrom(state, nowMs),
    drift: end(state.drift),
    performance: end(state.performance),
    lastPromotion: {
      ...{ version, at: isoTime(nowMs), helped: null },
      ...(answered.length > 0 && { of: answered.map(({ kind }) => kind) }),
      ...(state.release.compared === 'BETTER' && { gained: true as const }),
    },
  }
}

/** Of a log that is read with little delay, this long is enough to be judged after its end; milliseconds. */
const dayMs = 86_400_000

/**
 * Event time from which windows are those of the version that serves since now: windows that start after this moment.
 * Where a log is played again its time is another one: then those that start two windows, or a day, after the latest
 * window that was judged. Null: none was.
 */
function servesFrom(state: StewardState, nowMs: number): string | null {
  const { labels, estimate } = state.performanceWindows
  const windows = [
    ...[...state.windows, ...labels, ...estimate].map(({ window }) => window),
    ...[state.drift, state.performance].flatMap((incident) => incident?.lastWindow ?? []),
  ]
  if (windows.length === 0) return state.performanceFrom
  const latest = windows.reduce((left, right) => (right.end > left.end ? right : left))
  const end = Date.parse(latest.end)
  const beyond = Math.max(2 * (end - Date.parse(latest.start)), dayMs)
  return isoTime(Math.min(nowMs, end + beyond))
}

/**
 * Did retraining help last time? Decided once, by each kind of incident that it answered: the full hysteresis of one
 * says no, quiet windows of all say yes. Inputs that move on after a version that was better on rows nobody had learned
 * from say nothing against it: in a world of seasons they always do. Labels that get worse again do.
 */
export function judgePromotion(state: StewardState, settings: GovernorSettings): StewardState {
  const last = state.lastPromotion
  if (last === null || last.helped !== null) return state
  const { of: answered = ['DRIFT' as const] } = last
  const gained = last.gained === true && settings.limits?.gains === true
  const judged = answered.map((kind) => {
    if (kind === 'PERFORMANCE') return betterByLabels(state, settings)
    const quiet = quietInputs(state, settings)
    return quiet === false ? gained : quiet
  })
  if (judged.includes(false)) {
    const lastPromotion = { ...last, helped: false }
    return { ...state, lastPromotion, gainless: state.gainless + 1 }
  }
  if (judged.includes(null)) return state
  return { ...state, lastPromotion: { ...last, helped: true }, gainless: 0 }
}

function quietInputs(state: StewardState, { windows, outOf }: GovernorSettings): boolean | null {
  const drifted = state.windows.slice(-outOf).filter(({ verdict }) => verdict === 'DRIFT').length
  if (drifted >= windows) return false
  // What a longer span found is quiet only once as many windows are.
  return isQuiet(state, Math.max(windows, state.drift?.span ?? 1)) || null
}

/** An estimate decides nothing: it was wrong, or has said the same, before. */
function betterByLabels(state: StewardState, { windows, outOf }: GovernorSettings): boolean | null {
  if (worseByLabels(state, outOf) >= windows) return false
  return isQuietSince(state.performanceWindows.labels, windows, '') || null
}

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()
