import type { Incident, IncidentKind } from '../contracts/incident.ts'
import type { VerdictMessage } from '../contracts/messages.ts'
import type { Window } from '../contracts/report.ts'
import type { StewardState } from '../contracts/steward.ts'
import { withoutReasons } from './causes.ts'

/** Bad and quiet windows that are kept at least: more than any hysteresis looks back on. */
const windowLimit = 64

/**
 * What a verdict does to the incidents of its model, before anything is decided about retraining:
 * a bad window opens an incident or belongs to the open one; `quietWindows` quiet windows in a row
 * resolve what nobody works on. Drift that a longer span found is quiet only after as many windows as that span has:
 * single windows see nothing of it, and until the next look at the span its quiet says nothing. No data is never quiet.
 */
export function applyVerdict(
  state: StewardState,
  message: VerdictMessage,
  quietWindows: number,
  nowMs: number,
): StewardState {
  const { verdict, window } = message
  // It was held against the reference before, and what it found is normal since.
  const isAbsorbed = state.absorbedBefore !== null && window.start < state.absorbedBefore
  if (isAbsorbed && verdict !== 'DATA_QUALITY') return state
  const drift = verdict === 'DRIFT' ? bad(state.drift, 'DRIFT', message, nowMs) : state.drift
  const windows = [...state.windows, { verdict, window }]
    .sort((left, right) => (left.window.start < right.window.start ? -1 : 1))
    .slice(-Math.max(windowLimit, spanOf(drift)))
  const next = { ...state, windows, drift }
  if (verdict === 'DRIFT') return next
  if (verdict === 'DATA_QUALITY') {
    return { ...next, dataQuality: bad(state.dataQuality, 'DATA_QUALITY', message, nowMs) }
  }
  return isQuiet(next, quietWindows) ? resolveIdle(next, quietWindows, nowMs) : next
}

/** The latest incident of each kind, open or resolved. */
export const incidentsOf = ({
  drift,
  dataQuality,
  performance,
}: Pick<StewardState, 'drift' | 'dataQuality' | 'performance'>): Incident[] =>
  [drift, dataQuality, performance].filter((incident) => incident !== null)

/** The open drift among the incidents of a model. */
export const openDrift = <One extends Pick<Incident, 'kind' | 'state'>>(
  incidents: readonly One[],
): One | undefined => incidents.find(({ kind, state }) => kind === 'DRIFT' && state === 'open')

/** Windows of the longest look that found an open incident. */
const spanOf = (incident: Incident | null): number =>
  incident?.state === 'open' ? (incident.span ?? 1) : 1

/** The incident closed, with the sentence that says how. */
export const resolved = (
  incident: Incident,
  resolvedBy: NonNullable<Incident['resolvedBy']>,
  how: string,
  nowMs: number,
): Incident => ({
  ...incident,
  state: 'resolved',
  resolvedBy,
  resolvedAt: isoTime(nowMs),
  next: how,
})

/** Whether the latest `count` windows all say NO_DRIFT. */
export function isQuiet(state: StewardState, count: number): boolean {
  const latest = state.windows.slice(-count)
  return latest.length === count && latest.every(({ verdict }) => verdict === 'NO_DRIFT')
}

/** A judgement of a window that found it bad. */
type Bad = Pick<VerdictMessage, 'model' | 'verdictId' | 'window' | 'evidenceDigest' | 'headline'>

function bad(
  open: Incident | null,
  kind: IncidentKind,
  message: VerdictMessage,
  nowMs: number,
): Incident {
  const { window, verdictId, evidenceDigest, headline, span = 1 } = message
  if (open !== null && open.state === 'open') {
    const later = window.start > open.lastWindow.start
    const longest = Math.max(spanOf(open), span)
    return {
      ...wentOn(open, window),
      ...(longest > 1 && { span: longest }),
      windows: open.windows + 1,
      ...(later ? { verdictId, evidenceDigest, headline } : {}),
    }
  }
  const next =
    kind === 'DATA_QUALITY'
      ? 'a person looks at the source of the data; nothing is retrained on it'
      : 'watched'
  return { ...openedBy(kind, message, next, nowMs), ...(span > 1 && { span }) }
}

/** An incident as its first bad window opens it. */
export function openedBy(kind: IncidentKind, bad: Bad, next: string, nowMs: number): Incident {
  const { model, window, verdictId, evidenceDigest, headline } = bad
  return {
    id: `${model}/${kind}/${window.start}`,
    model,
    kind,
    state: 'open',
    openedAt: isoTime(nowMs),
    resolvedAt: null,
    firstWindow: window,
    lastWindow: window,
    windows: 1,
    verdictId,
    evidenceDigest,
    headline,
    next,
    runKey: null,
    release: null,
  }
}

/** It holds one more window, which may be an older one. */
export const wentOn = (open: Incident, window: Window): Incident => ({
  ...open,
  firstWindow: window.start < open.firstWindow.start ? window : open.firstWindow,
  lastWindow: window.start > open.lastWindow.start ? window : open.lastWindow,
})

function resolveIdle(state: StewardState, quietWindows: number, nowMs: number): StewardState {
  const how = (count: number) => `quiet again for ${count} window(s) in a row`
  const busy = state.retraining !== null || state.release !== null
  const needed = Math.max(quietWindows, spanOf(state.drift))
  const drift =
    state.drift?.state === 'open' && !busy && isQuiet(state, needed)
      ? resolved(state.drift, 'quiet', how(needed), nowMs)
      : state.drift
  const dataQuality =
    state.dataQuality?.state === 'open'
      ? resolved(state.dataQuality, 'quiet', how(quietWindows), nowMs)
      : state.dataQuality
  const next = { ...state, drift, dataQuality }
  return drift === state.drift ? next : withoutReasons(next)
}

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()
