import type {
  BacktestChange,
  BacktestConfiguration,
  BacktestWindow,
} from '../contracts/backtest.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { Incident } from '../contracts/incident.ts'

export interface KnownChange {
  /** ISO 8601. */
  readonly at: string
  readonly name: string
}

type WindowTimes = Pick<ModelSettings['window'], 'length' | 'lateness'>

/** Whether a verdict opens an incident. */
export const alarmed = ({ verdict }: Pick<BacktestWindow, 'verdict'>): boolean =>
  verdict === 'DRIFT' || verdict === 'DATA_QUALITY'

/**
 * When each known change was seen: by the first alarm of a window that ended after it and no later than the next
 * known change. `changes` are in order of time.
 */
export const changesSeen = (
  changes: readonly KnownChange[],
  windows: readonly BacktestWindow[],
  incidents: readonly Incident[],
  times: WindowTimes,
): BacktestChange[] =>
  changes.map(({ at, name }, index) => {
    const [from, until] = [Date.parse(at), Date.parse(changes[index + 1]?.at ?? '9999-12-31')]
    const after = windows.filter(({ window }) => {
      const endMs = Date.parse(window.end)
      return endMs > from && endMs <= until
    })
    const found = after.findIndex(alarmed)
    const first = after[found]
    if (first === undefined) return { at, name, seen: null }
    const { verdict, window, headline } = first
    const toldMs = Date.parse(window.end) + times.lateness
    const incidentOpen = incidents.some(
      ({ openedAt, resolvedAt }) =>
        Date.parse(openedAt) < from && (resolvedAt === null || Date.parse(resolvedAt) > from),
    )
    const hours = Math.round((toldMs - from) / 36_000) / 100
    return {
      at,
      name,
      seen: { verdict, window, headline, windows: found + 1, hours, incidentOpen },
    }
  })

/** Alarms of windows that ended before the first known change: nothing had changed, as far as anybody knows. */
export function falseAlarmsBefore(
  changes: readonly KnownChange[],
  windows: readonly BacktestWindow[],
  incidents: readonly Incident[],
): BacktestConfiguration['falseAlarms'] {
  const [first] = changes
  if (first === undefined) return null
  const until = Date.parse(first.at)
  const before = windows.filter(({ window }) => Date.parse(window.end) <= until)
  const [from, to] = [before[0]?.window.start, before.at(-1)?.window.end]
  const ms = from === undefined || to === undefined ? 0 : Date.parse(to) - Date.parse(from)
  return {
    incidents: incidents.filter(({ firstWindow }) => Date.parse(firstWindow.end) <= until).length,
    windows: before.filter(alarmed).length,
    judged: before.length,
    days: Math.round(ms / 864_000) / 100,
  }
}
