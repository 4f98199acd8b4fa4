import type { Incident } from '../contracts/incident.ts'
import type { JudgedBy, PerformanceMessage } from '../contracts/performance-finding.ts'
import type { Window } from '../contracts/report.ts'
import type { StewardState } from '../contracts/steward.ts'
import { withoutReasons } from './causes.ts'
import { openedBy, resolved, wentOn } from './incidents.ts'

type Judged = StewardState['performanceWindows']['labels']

/** Windows that are kept of what labels said, and of what estimates did: more than any hysteresis looks back on. */
const windowLimit = 64

/**
 * What a judgement of a window's performance does to the incident of its model. A worse window opens it or belongs to
 * it. Labels end it, whatever opened it, after `quietWindows` windows in a row that are as good as before and lie
 * within it; an estimate ends only what estimates alone have said. Too few labels or rows say nothing.
 *
 * Windows are looked at in the order of event time, so that labels give the same whatever the order in which they come.
 */
export function applyPerformance(
  state: StewardState,
  message: PerformanceMessage,
  quietWindows: number,
  nowMs: number,
): StewardState {
  const { by, verdict, window } = message
  // Labels come late: of windows that another version served they come for long after it was replaced.
  if (state.performanceFrom !== null && window.start < state.performanceFrom) return state
  const before = state.performanceWindows
  const next = {
    ...state,
    performanceWindows: { ...before, [by]: withWindow(before[by], { verdict, window }) },
  }
  if (verdict === 'DRIFT') next.performance = worse(next, message, nowMs)
  else if (verdict !== 'NO_DRIFT') return next
  return endQuiet(next, quietWindows, nowMs)
}

const withWindow = (known: Judged, one: Judged[number]): Judged =>
  [...known.filter(({ window }) => window.start !== one.window.start), one]
    .sort((left, right) => (left.window.start < right.window.start ? -1 : 1))
    .slice(-windowLimit)

function worse(state: StewardState, message: PerformanceMessage, nowMs: number): Incident {
  const { by, window } = message
  const verdictId = window.start
  const open = state.performance
  const bad = { ...message, verdictId }
  if (open?.state !== 'open') {
    const incident = openedBy('PERFORMANCE', bad, 'watched', nowMs)
    return { ...incident, id: by === 'labels' ? incident.id : `${incident.id}-estimate`, by }
  }
  const other = by === 'labels' ? 'estimate' : 'labels'
  const isKnown =
    within(open, window) && badWindows(state.performanceWindows[other]).includes(window.start)
  const { headline, evidenceDigest } = message
  return {
    ...wentOn(open, window),
    // A window that both have found bad is one.
    windows: open.windows + (isKnown ? 0 : 1),
    by: by === 'labels' ? by : open.by!,
    ...(tells(state, open, message) && { verdictId, headline, evidenceDigest }),
  }
}

const within = ({ firstWindow, lastWindow }: Incident, { start }: Window): boolean =>
  start >= firstWindow.start && start <= lastWindow.start

const badWindows = (judged: Judged): string[] =>
  judged.filter(({ verdict }) => verdict === 'DRIFT').map(({ window }) => window.start)

/** What is told of it is the latest that labels say, and what an estimate says only before they do. */
function tells(state: StewardState, open: Incident, { by, window }: PerformanceMessage): boolean {
  if (by === 'estimate' && open.by === 'labels') return false
  return badWindows(state.performanceWindows[by]).at(-1) === window.start
}

function endQuiet(state: StewardState, quietWindows: number, nowMs: number): StewardState {
  const { performance: open, performanceWindows } = state
  // What somebody works on ends with that.
  if (open?.state !== 'open' || state.retraining !== null || state.release !== null) return state
  const since = open.firstWindow.start
  const quiet = (by: JudgedBy) => isQuietSince(performanceWindows[by], quietWindows, since)
  const by = quiet('labels')
    ? 'its labels'
    : open.by === 'estimate' && !haveSpoken(performanceWindows.labels, since) && quiet('estimate')
      ? 'the estimate'
      : null
  if (by === null) return state
  const how = `by ${by} as good as before for ${quietWindows} window(s) in a row`
  return withoutReasons({ ...state, performance: resolved(open, 'quiet', how, nowMs) })
}

/** Whether so many windows in a row, none before `since` and all after the last bad one, are no worse. */
export function isQuietSince(judged: Judged, count: number, since: string): boolean {
  const last = judged.findLastIndex(({ verdict }) => verdict === 'DRIFT')
  let row = 0
  for (const { verdict, window } of judged.slice(last + 1)) {
    row = verdict === 'NO_DRIFT' && window.start >= since ? row + 1 : 0
    if (row >= count) return true
  }
  return false
}

const haveSpoken = (judged: Judged, since: string): boolean =>
  judged.some(
    ({ verdict, window }) =>
      window.start >= since && (verdict === 'DRIFT' || verdict === 'NO_DRIFT'),
  )

/** How many of the latest windows that were judged by their labels, in an incident that is open, were worse. */
export const worseByLabels = (
  { performance, performanceWindows }: StewardState,
  outOf: number,
): number => worseOf(performanceWindows.labels, outOf, performance?.firstWindow.start ?? '')

export const worseByEstimate = (
  { performance, performanceWindows }: StewardState,
  outOf: number,
): number => worseOf(performanceWindows.estimate, outOf, performance?.firstWindow.start ?? '')

const worseOf = (judged: Judged, outOf: number, since: string): number =>
  judged
    .filter(({ spent }) => spent === undefined)
    .slice(-outOf)
    .filter(({ verdict, window }) => verdict === 'DRIFT' && window.start >= since).length

/** The windows that led to a retraining which brought nothing. */
export const spentWindows = ({
  labels,
  estimate,
}: StewardState['performanceWindows']): StewardState['performanceWindows'] => ({
  labels: labels.map((one) => ({ ...one, spent: true })),
  estimate: estimate.map((one) => ({ ...one, spent: true })),
})
