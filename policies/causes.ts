import type { Incident } from '../contracts/incident.ts'
import type { StewardState, Wanted } from '../contracts/steward.ts'

/**
 * The open incidents that a retraining may answer, the best reason first: that labels show a model to do worse, then
 * that its data has changed, then that an estimate says that it does worse.
 */
export function causesOf({
  drift,
  performance,
}: Pick<StewardState, 'drift' | 'performance'>): Incident[] {
  const known = performance?.by === 'labels' ? [performance, drift] : [drift, performance]
  return known.filter((incident) => incident !== null).filter(({ state }) => state === 'open')
}

/** What happens next, for every open cause; the same state where that is what they say. */
export function tellCauses(
  state: StewardState,
  next: string,
  changes: Partial<Pick<Incident, 'runKey' | 'release'>> = {},
): StewardState {
  return causesOf(state).reduce((before, { kind }) => tellCause(before, kind, next, changes), state)
}

export function tellCause(
  state: StewardState,
  kind: Incident['kind'],
  next: string,
  changes: Partial<Pick<Incident, 'runKey' | 'release'>> = {},
): StewardState {
  const place = kind === 'DRIFT' ? 'drift' : 'performance'
  const incident = state[place]
  if (incident?.state !== 'open') return state
  const isNew = incident.next !== next || Object.keys(changes).length > 0
  return isNew ? { ...state, [place]: { ...incident, ...changes, next } } : state
}

/** After a cause has ended: holds and wishes that no open incident stands behind any more end with it. */
export function withoutReasons(state: StewardState): StewardState {
  const open = causesOf(state)
  return {
    ...state,
    held: open.length === 0 ? null : state.held,
    wanted: state.wanted && wishOf(state.wanted, open),
  }
}

/** A rule's wish is considered anew; a person's goes on for what is left of what it named. */
function wishOf(wanted: Wanted, open: readonly Incident[]): Wanted | null {
  const { incident, alsoFor = [] } = wanted
  if (incident === null) return wanted
  if (open.some(({ id }) => id === incident)) return naming(wanted, open)
  const [first] = open.filter(({ id }) => alsoFor.includes(id))
  if (first === undefined || isByRule(wanted)) return null
  return naming({ ...wanted, incident: first.id, from: first.firstWindow.start }, open)
}

/** The wish, with every other open incident that it answers: what opened since it was made, too. */
export function naming(wanted: Wanted, open: readonly Incident[]): Wanted {
  const { alsoFor: _, ...rest } = wanted
  if (rest.incident === null) return rest
  const others = open.filter(({ id }) => id !== rest.incident).map(({ id }) => id)
  return others.length === 0 ? rest : { ...rest, alsoFor: others }
}

/** Nobody but a rule wants it. */
export const isByRule = ({ requestedBy }: Pick<Wanted, 'requestedBy'>): boolean =>
  requestedBy.every((asker) => asker.startsWith('rule:'))
