import type { Acknowledged } from '../contracts/incident.ts'
import type { AcknowledgeMessage } from '../contracts/messages.ts'
import type { GovernorSettings, StewardState } from '../contracts/steward.ts'
import { incidentsOf } from './incidents.ts'

/** What an incident and a notice have in common: somebody has to see it. */
interface Concern {
  readonly id: string
  readonly state: 'open' | 'resolved'
  readonly openedAt: string
  readonly acknowledged?: Acknowledged | undefined
  readonly escalatedAt?: string | undefined
}

/** The first who says so takes care of what is open. It stays open, and nobody else is told any more. */
export function acknowledge(
  state: StewardState,
  { id, person, name }: AcknowledgeMessage,
  nowMs: number,
): StewardState {
  const acknowledged = { by: person, name, at: isoTime(nowMs) }
  return onConcerns(state, (concern) =>
    concern.id === id && isUnseen(concern) ? { ...concern, acknowledged } : concern,
  )
}

/** Others are told of what nobody has acknowledged in time, once. */
export function escalateDue(
  state: StewardState,
  settings: GovernorSettings,
  nowMs: number,
): StewardState {
  const isDue = (concern: Concern) => (deadlineOf(concern, settings) ?? Infinity) <= nowMs
  return onConcerns(state, (concern) =>
    isDue(concern) ? { ...concern, escalatedAt: isoTime(nowMs) } : concern,
  )
}

/** Milliseconds until others have to be told of something; null: of nothing. */
export function nextEscalation(
  state: StewardState,
  settings: GovernorSettings,
  nowMs: number,
): number | null {
  const deadlines = concernsOf(state).flatMap((concern) => deadlineOf(concern, settings) ?? [])
  return deadlines.length === 0 ? null : Math.max(1, Math.min(...deadlines) - nowMs)
}

/** When others are told of it, milliseconds since 1970; null: they are not. */
export function deadlineOf(
  concern: Concern,
  { escalateAfter }: Pick<GovernorSettings, 'escalateAfter'>,
): number | null {
  if (escalateAfter == null || !isUnseen(concern) || concern.escalatedAt !== undefined) return null
  return Date.parse(concern.openedAt) + escalateAfter
}

const isUnseen = ({ state, acknowledged }: Concern): boolean =>
  state === 'open' && acknowledged === undefined

const concernsOf = (state: StewardState): Concern[] => [...incidentsOf(state), ...state.notices]

/** The same state where nothing changes. */
function onConcerns(
  state: StewardState,
  change: <One extends Concern>(concern: One) => One,
): StewardState {
  const changed = {
    drift: state.drift && change(state.drift),
    dataQuality: state.dataQuality && change(state.dataQuality),
    performance: state.performance && change(state.performance),
    notices: state.notices.map((notice) => change(notice)),
  }
  const next = { ...state, ...changed }
  const before = concernsOf(state)
  return concernsOf(next).every((each, index) => each === before[index]) ? state : next
}

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()
