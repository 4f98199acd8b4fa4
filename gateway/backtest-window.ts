import type { PlannedWindow } from '../adapters/postgres/backtest-source.ts'
import { type BacktestStoredWindow, backtestStoredWindow } from '../contracts/backtest-source.ts'
import { reportSchema } from '../contracts/report.ts'
import { verdictCore } from '../contracts/verdict-core.ts'
import { digestOf } from '../profiles/index.ts'

/** A planned window and its verdict as a backtest needs them; of those before it (`past`) what later ones learn. */
export function storedWindow(planned: PlannedWindow, past: boolean): BacktestStoredWindow {
  const { start, end, plannedAt, reading, cut, repairs, windowsFrom, began, beside } = planned
  return {
    window: { start: start.toISOString(), end: end.toISOString() },
    ...{ plannedAt: plannedAt.toISOString(), reading, cut, repairs: Number(repairs) },
    began: windowsFrom && began && { windowsFrom: windowsFrom.toISOString(), offsets: began },
    beside: backtestStoredWindow.shape.beside.parse(beside),
    erasedSince: planned.erased?.toISOString() ?? null,
    notKeptSince: planned.lifted?.toISOString() ?? null,
    verdict: verdictOf(planned, past),
  }
}

function verdictOf(
  { report, judgedAt, looks }: PlannedWindow,
  past: boolean,
): BacktestStoredWindow['verdict'] {
  if (report === null || judgedAt === null) return null
  const found = reportSchema.parse(report)
  const { good, bad, lost, unmatched } = found.rows
  return {
    verdict: found.verdict,
    judgedAt: judgedAt.toISOString(),
    rows: { good, bad, lost, ...(unmatched && { unmatched }) },
    core: past ? null : digestOf(verdictCore(found)),
    ...{ settings: found.evidence.settings, binning: found.evidence.binning, looks },
  }
}
