import type { Incident } from '../contracts/incident.ts'
import type { RetrainRequest } from '../contracts/messages.ts'
import { policyFor } from '../contracts/retraining-policy.ts'
import type { GovernorSettings, StewardState, Wanted } from '../contracts/steward.ts'
import { causesOf, isByRule, naming, tellCause, tellCauses } from './causes.ts'
import type { Governed } from './governor.ts'
import { frozenWords, heldBack } from './governor-holds.ts'
import { beginning, notRefreshed, refreshed, refreshLeft, refreshRule } from './governor-refresh.ts'
import { worseByEstimate, worseByLabels } from './performance-incidents.ts'

/** Who asked when nobody did. */
export const automaticRule = 'rule:automatic'

/**
 * Decides whether a retraining is wanted, and asks for the count of labels when one is. One answers every cause that is
 * open, from the first bad window of the best reason on.
 */
export function consider(state: StewardState, settings: GovernorSettings, nowMs: number): Governed {
  if (state.retraining !== null || state.release !== null) return { state, command: null }
  if (state.dataQuality?.state === 'open') {
    const why = refreshLeft(state, settings, nowMs) === 0 ? dataIsBroken : null
    return { state: notRefreshed(blockedByData(state), why), command: null }
  }
  if (state.wanted !== null) return goOn(state, state.wanted, settings, nowMs)

  const causes = causesOf(state)
  const reasons = causes.map((cause) => whyNot(cause, state, settings, nowMs))
  const best = causes[reasons.indexOf(null)]
  if (best === undefined) {
    const told = causes.reduce(
      (before, { kind }, index) => tellCause(before, kind, reasons[index] ?? ''),
      state,
    )
    return refreshed(told, settings, nowMs)
  }
  const wanted = naming(
    {
      incident: best.id,
      from: best.firstWindow.start,
      requestedBy: [automaticRule],
      reason: [best, ...causes.filter((cause) => cause !== best)]
        .map(({ headline }) => headline)
        .join('; '),
      request: state.lastEndedAt,
      labels: 0,
      needed: settings.minimumLabels,
    },
    causes,
  )
  return countFor({ ...state, wanted, refresh: null }, wanted)
}

/** Why no retraining starts by itself because of an open incident; null: one does. */
function whyNot(
  cause: Incident,
  state: StewardState,
  settings: GovernorSettings,
  nowMs: number,
): string | null {
  const person = `a person may start one: driftgate retrain ${state.model}`
  const early = tooEarly(cause, state, settings, person)
  if (early !== null) return early
  const [asked] = state.absorbing
  if (asked !== undefined && cause.kind === 'DRIFT') {
    return `release ${asked.release} asks whether it is the new normal; ${person}`
  }
  const policy = policyFor(settings.policy, cause.kind)
  if (policy !== 'automatic') return `retraining is "${policy}"; ${person}`
  if (state.held !== null) return `${state.held}; ${person}`
  if (state.lastPromotion?.helped === false) {
    return `the last retraining did not help (version ${state.lastPromotion.version}); ${person}`
  }
  return heldBack(state, settings, person, nowMs)
}

/** Why the windows so far are too few for a retraining; null: they are enough. */
function tooEarly(
  { kind, span = 1 }: Incident,
  state: StewardState,
  { windows, outOf }: GovernorSettings,
  person: string,
): string | null {
  if (kind === 'DRIFT') {
    // A look over several windows that found drift stands for all of them.
    if (Math.max(driftedWindows(state, outOf), span) >= windows) return null
    return `watched: a retraining is considered after ${windows} drifted windows of ${outOf}`
  }
  if (worseByLabels(state, outOf) >= windows) return null
  if (worseByEstimate(state, outOf) >= windows) {
    return `an estimate alone starts no retraining, ${windows} of ${outOf} windows have to be worse by their labels; ${person}`
  }
  return `watched: a retraining is considered after ${windows} windows of ${outOf} that are worse by their labels`
}

/** A person's wish passes policy, hysteresis, cooldown and holds; never bad data, labels or a running one. */
export function asked(
  state: StewardState,
  request: RetrainRequest,
  settings: GovernorSettings,
): StewardState {
  if (state.retraining !== null || state.release !== null) return state
  const causes = causesOf(state)
  const [best] = causes
  const wanted: Wanted = {
    incident: best?.id ?? null,
    from: best?.firstWindow.start ?? beginning,
    requestedBy: [...new Set([...(state.wanted?.requestedBy ?? []), request.person])],
    reason: request.reason,
    request: request.eventId,
    labels: 0,
    needed: settings.minimumLabels,
  }
  return { ...state, wanted: naming(wanted, causes), held: null, gainless: 0 }
}

export function labelsCounted(
  state: StewardState,
  labels: number,
  settings: GovernorSettings,
): Governed {
  if (state.wanted === null || state.retraining !== null) return { state, command: null }
  const wanted = {
    ...naming(state.wanted, causesOf(state)),
    ...{ labels, needed: settings.minimumLabels },
  }
  if (state.dataQuality?.state === 'open') return { state: blockedByData(state), command: null }
  const counted = { ...state, wanted }
  if (labels >= wanted.needed) {
    const kind = settings.limits === undefined ? 'start-retraining' : 'admit-retraining'
    return { state: counted, command: { kind, wanted } }
  }
  const next = `waiting for labels: ${labels} of ${wanted.needed} since ${wanted.from}`
  return { state: tellCauses(counted, next), command: null }
}

/** What is wanted already: a rule's wish waits out a freeze, and ends where its policy has become another one. */
function goOn(
  state: StewardState,
  wanted: Wanted,
  settings: GovernorSettings,
  nowMs: number,
): Governed {
  if (settings.limits === undefined) return countFor(state, wanted)
  if (isByRule(wanted)) {
    const asking = causesOf(state).find(({ id }) => id === wanted.incident)
    const policy = asking && policyFor(settings.policy, asking.kind)
    const unwanted = wanted.requestedBy.includes(refreshRule) && settings.limits.refresh === null
    if (unwanted || (policy !== undefined && policy !== 'automatic')) {
      return consider({ ...state, wanted: null }, settings, nowMs)
    }
    const frozen = frozenWords(settings)
    if (frozen !== null) {
      const { until } = settings.limits.freeze!
      const parked = { by: 'freeze', reason: frozen, until, lookAt: until } as const
      return {
        state: tellCauses({ ...state, wanted: { ...wanted, parked } }, frozen),
        command: null,
      }
    }
  }
  const { parked } = wanted
  // A freeze that is lifted keeps nothing, whatever was said before.
  if (parked !== undefined && parked.by !== 'freeze' && Date.parse(parked.lookAt) > nowMs) {
    return { state: tellCauses(state, parked.reason), command: null }
  }
  const { parked: _, ...free } = wanted
  return countFor({ ...state, wanted: free }, free)
}

const countFor = (state: StewardState, wanted: Wanted): Governed => ({
  state,
  command: { kind: 'count-labels', from: wanted.from },
})

const dataIsBroken = 'no retraining while the source of the data is broken'

const blockedByData = (state: StewardState): StewardState => tellCauses(state, dataIsBroken)

const driftedWindows = (state: StewardState, outOf: number): number =>
  state.windows.slice(-outOf).filter(({ verdict }) => verdict === 'DRIFT').length
