import { formatDuration } from '../contracts/duration.ts'
import type { GovernorSettings, StewardState, Wanted } from '../contracts/steward.ts'
import type { Governed } from './governor.ts'
import { heldBack } from './governor-holds.ts'

/** Who asked for a training without drift. */
export const refreshRule = 'rule:refresh'
/** Event time before every record: a refresh, and a person without an incident, learns from everything. */
export const beginning = '1970-01-01T00:00:00.000Z'

/**
 * Milliseconds until a training without drift is due, 0: it is; null: there is none. An attempt that brought nothing
 * counts as one: the next comes as long after it.
 */
export function refreshLeft(
  { lastEndedAt }: StewardState,
  { limits }: GovernorSettings,
  nowMs: number,
): number | null {
  if (!limits?.refresh) return null
  const { every, dueAt } = limits.refresh
  const again = lastEndedAt === null ? 0 : Date.parse(lastEndedAt) + every
  return Math.max(0, Date.parse(dueAt) - nowMs, again - nowMs)
}

/** Why a refresh that is due is not asked for; the same state where it says so already. */
export const notRefreshed = (state: StewardState, why: string | null): StewardState =>
  state.refresh === why ? state : { ...state, refresh: why }

/** Asks for a training without drift where one is due; otherwise the state says why a due one is not asked for. */
export function refreshed(
  state: StewardState,
  settings: GovernorSettings,
  nowMs: number,
): Governed {
  const refresh = settings.limits?.refresh
  const due = refresh != null && refreshLeft(state, settings, nowMs) === 0
  const person = `a person may start one: driftgate retrain ${state.model}`
  const why = due ? heldBack(state, settings, person, nowMs) : null
  if (!due || why !== null) return { state: notRefreshed(state, why), command: null }
  const wanted: Wanted = {
    incident: null,
    from: beginning,
    requestedBy: [refreshRule],
    reason: `not trained for ${formatDuration(refresh.every)}`,
    request: `refresh/${refresh.dueAt}/${state.lastEndedAt ?? ''}`,
    labels: 0,
    needed: settings.minimumLabels,
  }
  return {
    state: { ...state, wanted, refresh: null },
    command: { kind: 'count-labels', from: wanted.from },
  }
}
