import type { Acknowledged } from '../contracts/incident.ts'
import type { AcknowledgeMessage } from '../contracts/messages.ts'
import type { GovernorSettings, StewardState } from '../contracts/steward.ts'

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

const concernsOf = ({ drift, dataQuality, notices }: StewardState): Concern[] => [
  ...(drift === null ? [] : [drift]),
  ...(dataQuality === null ? [] : [dataQuality]),
  ...notices,
]

/** The same state where nothing changes. */
function onConcerns(
  state: StewardState,
  change: <One extends Concern>(concern: One) => One,
): StewardState {
  const drift = state.drift && change(state.drift)
  const dataQuality = state.dataQuality && change(state.dataQuality)
  const notices = state.notices.map((notice) => change(notice))
  const same = notices.every((notice, index) => notice === state.notices[index])
  if (same && drift === state.drift && dataQuality === state.dataQuality) return state
  return { ...state, drift, dataQuality, notices }
}

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()
