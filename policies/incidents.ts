import type { Incident, IncidentKind } from '../contracts/incident.ts'
import type { VerdictMessage } from '../contracts/messages.ts'
import type { StewardState } from '../contracts/steward.ts'

/** Bad and quiet windows that are kept: more than any hysteresis looks back on. */
const windowLimit = 64

/**
 * What a verdict does to the incidents of its model, before anything is decided about retraining:
 * a bad window opens an incident or belongs to the open one; `quietWindows` quiet windows in a row
 * resolve what nobody works on. No data is never quiet.
 */
export function applyVerdict(
  state: StewardState,
  message: VerdictMessage,
  quietWindows: number,
  nowMs: number,
): StewardState {
  const { verdict, window } = message
  const windows = [...state.windows, { verdict, window }]
    .sort((left, right) => (left.window.start < right.window.start ? -1 : 1))
    .slice(-windowLimit)
  const next = { ...state, windows }
  if (verdict === 'DRIFT') return { ...next, drift: bad(state.drift, 'DRIFT', message, nowMs) }
  if (verdict === 'DATA_QUALITY') {
    return { ...next, dataQuality: bad(state.dataQuality, 'DATA_QUALITY', message, nowMs) }
  }
  return isQuiet(next, quietWindows) ? resolveIdle(next, quietWindows, nowMs) : next
}

/** The incident closed, with the sentence that says how. */
export const resolved = (incident: Incident, how: string, nowMs: number): Incident => ({
  ...incident,
  state: 'resolved',
  resolvedAt: isoTime(nowMs),
  next: how,
})

/** Whether the latest `count` windows all say NO_DRIFT. */
export function isQuiet(state: StewardState, count: number): boolean {
  const latest = state.windows.slice(-count)
  return latest.length === count && latest.every(({ verdict }) => verdict === 'NO_DRIFT')
}

function bad(
  open: Incident | null,
  kind: IncidentKind,
  message: VerdictMessage,
  nowMs: number,
): Incident {
  const { window, verdictId, evidenceDigest, headline } = message
  if (open !== null && open.state === 'open') {
    const later = window.start > open.lastWindow.start
    return {
      ...open,
      windows: open.windows + 1,
      firstWindow: window.start < open.firstWindow.start ? window : open.firstWindow,
      ...(later ? { lastWindow: window, verdictId, evidenceDigest, headline } : {}),
    }
  }
  return {
    id: `${message.model}/${kind}/${window.start}`,
    model: message.model,
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
    next:
      kind === 'DATA_QUALITY'
        ? 'a person looks at the source of the data; nothing is retrained on it'
        : 'watched',
    runKey: null,
    release: null,
  }
}

function resolveIdle(state: StewardState, quietWindows: number, nowMs: number): StewardState {
  const how = `quiet again for ${quietWindows} window(s) in a row`
  const busy = state.retraining !== null || state.release !== null
  const drift =
    state.drift?.state === 'open' && !busy ? resolved(state.drift, how, nowMs) : state.drift
  const dataQuality =
    state.dataQuality?.state === 'open'
      ? resolved(state.dataQuality, how, nowMs)
      : state.dataQuality
  const forDrift = drift !== state.drift
  return {
    ...state,
    drift,
    dataQuality,
    held: forDrift ? null : state.held,
    wanted: forDrift && state.wanted?.incident != null ? null : state.wanted,
  }
}

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()
