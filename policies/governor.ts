import type { Incident, IncidentKind } from '../contracts/incident.ts'
import type {
  AbsorbMessage,
  AcknowledgeMessage,
  ChildEnded,
  PolicyMessage,
  RetrainRequest,
  TroubleMessage,
  VerdictMessage,
} from '../contracts/messages.ts'
import type { GovernorSettings, StewardState, Wanted } from '../contracts/steward.ts'
import { acknowledge, escalateDue, nextEscalation } from './attention.ts'
import { absorbAsked, absorbingOf, afterAbsorbing } from './governor-absorbing.ts'
import { afterRelease, afterRetraining, judgePromotion } from './governor-outcomes.ts'
import { afterPolicy, policyAsked, policyOf } from './governor-policies.ts'
import { applyVerdict } from './incidents.ts'
import { notice } from './notices.ts'
import { remember } from './steward-state.ts'

/** Everything that can happen to a model. */
export type StewardEvent =
  | { readonly kind: 'verdict'; readonly message: VerdictMessage }
  | { readonly kind: 'requested'; readonly message: RetrainRequest }
  | { readonly kind: 'absorb-requested'; readonly message: AbsorbMessage }
  | { readonly kind: 'policy-requested'; readonly message: PolicyMessage }
  | { readonly kind: 'child-ended'; readonly message: ChildEnded }
  | { readonly kind: 'acknowledged'; readonly message: AcknowledgeMessage }
  | { readonly kind: 'trouble'; readonly message: TroubleMessage }
  | { readonly kind: 'labels-counted'; readonly labels: number }
  /** Time passed: a cooldown may be over, or others have to be told. */
  | { readonly kind: 'looked' }

/** What the steward shall do now; it answers with what came of it. */
export type Command =
  | { readonly kind: 'count-labels'; readonly from: string }
  | { readonly kind: 'start-retraining'; readonly wanted: Wanted }
  | {
      readonly kind: 'start-release'
      readonly runKey: string
      readonly candidateVersion: string
      readonly incident: string | null
      readonly requestedBy: readonly string[]
      /** Of a reference instead of a version: the incidents that end with it. */
      readonly absorbs?: readonly IncidentKind[]
      /** A policy of the gate instead of a version. */
      readonly subject?: 'policy'
    }

export interface Governed {
  readonly state: StewardState
  readonly command: Command | null
}

/** Who asked when nobody did. */
export const automaticRule = 'rule:automatic'
/** Event time before every record, for a person's request while no incident is open. */
const beginning = '1970-01-01T00:00:00.000Z'

/**
 * One event of a model's life: the state after it and at most one thing to do. `nowMs` is workflow
 * time, milliseconds since 1970. An event that was seen before changes nothing.
 */
export function govern(
  state: StewardState,
  event: StewardEvent,
  settings: GovernorSettings,
  nowMs: number,
): Governed {
  const eventId = 'message' in event ? event.message.eventId : null
  const remembered = eventId === null ? state : remember(state, eventId)
  if (remembered === null) return { state, command: null }
  const known = notice(escalateDue(remembered, settings, nowMs), event, nowMs)

  switch (event.kind) {
    case 'verdict': {
      const applied = applyVerdict(known, event.message, settings.windows, nowMs)
      return consider(judgePromotion(applied, settings), settings, nowMs)
    }
    case 'requested':
      return consider(asked(known, event.message, settings), settings, nowMs)
    case 'absorb-requested':
      return absorbAsked(known, event.message)
    case 'policy-requested':
      return policyAsked(known, event.message)
    case 'acknowledged':
      return { state: acknowledge(known, event.message, nowMs), command: null }
    case 'trouble':
      return { state: known, command: null }
    case 'looked':
      return consider(known, settings, nowMs)
    case 'labels-counted':
      return labelsCounted(known, event.labels, settings)
    case 'child-ended':
      return childEnded(known, event.message, settings, nowMs)
  }
}

function childEnded(
  state: StewardState,
  message: ChildEnded,
  settings: GovernorSettings,
  nowMs: number,
): Governed {
  if (message.child === 'retrain') return afterRetraining(state, message.result, nowMs)
  const policy = policyOf(state, message)
  if (policy !== undefined) return { state: afterPolicy(state, policy), command: null }
  const absorbing = absorbingOf(state, message)
  if (absorbing === undefined) {
    return { state: afterRelease(state, message, nowMs), command: null }
  }
  // An incident that is not absorbed goes on as if nobody had asked.
  return consider(afterAbsorbing(state, absorbing, message, nowMs), settings, nowMs)
}

/** Milliseconds until the steward should look again by itself; null: only an event changes anything. */
export function nextLook(
  state: StewardState,
  settings: GovernorSettings,
  nowMs: number,
): number | null {
  const waits = [nextTry(state, settings, nowMs), nextEscalation(state, settings, nowMs)]
  const known = waits.filter((wait) => wait !== null)
  return known.length === 0 ? null : Math.min(...known)
}

/** Milliseconds until a retraining may be due; null: only an event changes anything. */
function nextTry(state: StewardState, settings: GovernorSettings, nowMs: number): number | null {
  if (state.retraining !== null || state.release !== null) return null
  if (state.wanted !== null) return settings.labelPoll
  const cooling = cooldownLeft(state, settings, nowMs)
  const would = consider({ ...state, lastEndedAt: null }, settings, nowMs).command !== null
  return would && cooling > 0 ? cooling : null
}

/** Decides whether a retraining is wanted, and asks for the count of labels when one is. */
function consider(state: StewardState, settings: GovernorSettings, nowMs: number): Governed {
  if (state.retraining !== null || state.release !== null) return { state, command: null }
  if (state.dataQuality?.state === 'open') return { state: blockedByData(state), command: null }
  if (state.wanted !== null) return countFor(state, state.wanted)

  const incident = state.drift
  if (incident === null || incident.state !== 'open') return { state, command: null }
  // A look over several windows that found drift stands for all of them.
  const drifted = Math.max(driftedWindows(state, settings.outOf), incident.span ?? 1)
  if (drifted < settings.windows) {
    const next = `watched: a retraining is considered after ${settings.windows} drifted windows of ${settings.outOf}`
    return { state: told(state, next), command: null }
  }
  const reason = whyNot(state, settings, nowMs)
  if (reason !== null) return { state: told(state, reason), command: null }
  const wanted: Wanted = {
    incident: incident.id,
    from: incident.firstWindow.start,
    requestedBy: [automaticRule],
    reason: incident.headline,
    request: state.lastEndedAt,
    labels: 0,
    needed: settings.minimumLabels,
  }
  return countFor({ ...state, wanted }, wanted)
}

function whyNot(state: StewardState, settings: GovernorSettings, nowMs: number): string | null {
  const person = `a person may start one: driftgate retrain ${state.model}`
  const [asked] = state.absorbing
  if (asked !== undefined) {
    return `release ${asked.release} asks whether it is the new normal; ${person}`
  }
  if (settings.policy !== 'automatic') return `retraining is "${settings.policy}"; ${person}`
  if (state.held !== null) return `${state.held}; ${person}`
  if (state.lastPromotion?.helped === false) {
    return `the last retraining did not help (version ${state.lastPromotion.version}); ${person}`
  }
  const cooling = cooldownLeft(state, settings, nowMs)
  if (cooling > 0) return `cooling down until ${new Date(nowMs + cooling).toISOString()}`
  return null
}

/** A person's wish passes policy, hysteresis, cooldown and holds; never bad data, labels or a running one. */
function asked(
  state: StewardState,
  request: RetrainRequest,
  settings: GovernorSettings,
): StewardState {
  if (state.retraining !== null || state.release !== null) return state
  const incident = state.drift?.state === 'open' ? state.drift : null
  const wanted: Wanted = {
    incident: incident?.id ?? null,
    from: incident?.firstWindow.start ?? beginning,
    requestedBy: [...new Set([...(state.wanted?.requestedBy ?? []), request.person])],
    reason: request.reason,
    request: request.eventId,
    labels: 0,
    needed: settings.minimumLabels,
  }
  return { ...state, wanted, held: null }
}

function labelsCounted(state: StewardState, labels: number, settings: GovernorSettings): Governed {
  if (state.wanted === null || state.retraining !== null) return { state, command: null }
  const wanted = { ...state.wanted, labels, needed: settings.minimumLabels }
  if (state.dataQuality?.state === 'open') return { state: blockedByData(state), command: null }
  const counted = { ...state, wanted }
  if (labels >= wanted.needed) {
    return { state: counted, command: { kind: 'start-retraining', wanted } }
  }
  const next = `waiting for labels: ${labels} of ${wanted.needed} since ${wanted.from}`
  return { state: told(counted, next), command: null }
}

const countFor = (state: StewardState, wanted: Wanted): Governed => ({
  state,
  command: { kind: 'count-labels', from: wanted.from },
})

const blockedByData = (state: StewardState): StewardState =>
  told(state, 'no retraining while the source of the data is broken')

const driftedWindows = (state: StewardState, outOf: number): number =>
  state.windows.slice(-outOf).filter(({ verdict }) => verdict === 'DRIFT').length

function cooldownLeft(state: StewardState, settings: GovernorSettings, nowMs: number): number {
  if (state.lastEndedAt === null) return 0
  return Math.max(0, Date.parse(state.lastEndedAt) + settings.cooldown - nowMs)
}

function told(state: StewardState, next: string): StewardState {
  const incident: Incident | null = state.drift
  if (incident === null || incident.state !== 'open' || incident.next === next) return state
  return { ...state, drift: { ...incident, next } }
}
