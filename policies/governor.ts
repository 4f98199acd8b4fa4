import type { Admission, StormReleased } from '../contracts/admission.ts'
import type { ComparisonResult } from '../contracts/comparison.ts'
import type { IncidentKind } from '../contracts/incident.ts'
import type {
  AbsorbMessage,
  AcknowledgeMessage,
  ChildEnded,
  PolicyMessage,
  RetrainRequest,
  TroubleMessage,
  VerdictMessage,
} from '../contracts/messages.ts'
import type { PerformanceMessage } from '../contracts/performance-finding.ts'
import type { ReinstateMessage } from '../contracts/release-messages.ts'
import type { GovernorSettings, StewardState, Wanted } from '../contracts/steward.ts'
import { acknowledge, escalateDue, nextEscalation } from './attention.ts'
import { absorbAsked, absorbingOf, afterAbsorbing } from './governor-absorbing.ts'
import { admitted, unheld } from './governor-admission.ts'
import {
  afterRelease,
  afterRetraining,
  judgePromotion,
  reinstateAsked,
} from './governor-outcomes.ts'
import { afterPolicy, policyAsked, policyOf } from './governor-policies.ts'
import { nextTry } from './governor-waits.ts'
import { asked, consider, labelsCounted } from './governor-wishes.ts'
import { applyVerdict } from './incidents.ts'
import { notice, noticeStorm } from './notices.ts'
import { applyPerformance } from './performance-incidents.ts'
import { remember } from './steward-state.ts'

/** Everything that can happen to a model. */
export type StewardEvent =
  | { readonly kind: 'verdict'; readonly message: VerdictMessage }
  | { readonly kind: 'performance'; readonly message: PerformanceMessage }
  | { readonly kind: 'requested'; readonly message: RetrainRequest }
  | { readonly kind: 'absorb-requested'; readonly message: AbsorbMessage }
  | { readonly kind: 'policy-requested'; readonly message: PolicyMessage }
  | { readonly kind: 'reinstate-requested'; readonly message: ReinstateMessage }
  | { readonly kind: 'child-ended'; readonly message: ChildEnded }
  | { readonly kind: 'acknowledged'; readonly message: AcknowledgeMessage }
  | { readonly kind: 'trouble'; readonly message: TroubleMessage }
  | { readonly kind: 'storm-released'; readonly message: StormReleased }
  | { readonly kind: 'labels-counted'; readonly labels: number }
  /** Whether what was asked for may start. */
  | { readonly kind: 'admitted'; readonly admission: Admission }
  /** Time passed: a cooldown may be over, or others have to be told. */
  | { readonly kind: 'looked' }

/** What the steward shall do now; it answers with what came of it. */
export type Command =
  | { readonly kind: 'count-labels'; readonly from: string }
  /** Asks whether it may start, and reserves its part of the retraining budgets. */
  | { readonly kind: 'admit-retraining'; readonly wanted: Wanted }
  | {
      readonly kind: 'start-retraining'
      readonly wanted: Wanted
      /** Under which it was admitted; absent: nobody had to be asked. */
      readonly runKey?: string
    }
  | {
      readonly kind: 'start-release'
      readonly runKey: string
      readonly candidateVersion: string
      readonly incident: string | null
      readonly requestedBy: readonly string[]
      readonly compared?: ComparisonResult
      /** Of a reference instead of a version: the incidents that end with it. */
      readonly absorbs?: readonly IncidentKind[]
      /** A policy of the gate instead of a version. */
      readonly subject?: 'policy'
      /** It was rolled back before: its number is given out under another key. */
      readonly again?: Pick<ReinstateMessage, 'eventId' | 'reinstates'>
    }

export interface Governed {
  readonly state: StewardState
  readonly command: Command | null
}

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
  const governed = afterEvent(state, event, settings, nowMs)
  // Between a question and its answer nobody knows whether a storm still holds.
  if (governed.command !== null) return governed
  return { state: noticeStorm(governed.state, nowMs), command: null }
}

function afterEvent(
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
    case 'performance': {
      const applied = applyPerformance(known, event.message, settings.windows, nowMs)
      return consider(judgePromotion(applied, settings), settings, nowMs)
    }
    case 'requested':
      return consider(asked(known, event.message, settings), settings, nowMs)
    case 'absorb-requested':
      return absorbAsked(known, event.message)
    case 'policy-requested':
      return policyAsked(known, event.message)
    case 'reinstate-requested':
      return reinstateAsked(known, event.message)
    case 'acknowledged':
      return { state: acknowledge(known, event.message, nowMs), command: null }
    case 'trouble':
      return { state: known, command: null }
    case 'storm-released':
      return consider(unheld(known), settings, nowMs)
    case 'looked':
      return consider(known, settings, nowMs)
    case 'labels-counted':
      return labelsCounted(known, event.labels, settings)
    case 'admitted':
      return admitted(known, event.admission)
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
