import type { BacktestConfiguration, BacktestReason } from '../contracts/backtest.ts'
import { count } from '../reports/numbers.ts'

/** What each reason says of how many windows; which they are stands in the result. */
const reasonSentences: Readonly<Record<BacktestReason, (windows: string) => string>> = {
  NOT_READ: (windows) => `nothing was read of ${windows}, which are left out`,
  NOT_KEPT: (windows) => `${windows} are left out: retention took what they were judged from`,
  ROWS_GONE: (windows) =>
    `${windows} are left out: some of their rows are not kept, or only together with those of a neighbour`,
  NO_CUT: (windows) =>
    `${windows} were never scanned that way: all rows that were read of them count, and no unreadable or unmatched record is known`,
  SAMPLES_REFUSED: (windows) =>
    `sampled rows are for operators: of ${windows} what they tell is missing, and what a change of units would explain is told as drift`,
  SAMPLES_NOT_KEPT: (windows) =>
    `sampled rows of ${windows} are not kept any more: what they told is missing, and what a change of units would explain is told as drift`,
  ROWS_ERASED: (windows) =>
    `sampled rows of ${windows} were erased on request: what they tell may differ from the verdict on record`,
  EARLIER_NOT_KEPT: (windows) =>
    `${windows} may look back at counts that are not kept any more: references and longer spans hold what is left`,
}

/** A sentence for each reason for which windows are left out, or may not be what their scans found. */
export function reasonTexts({
  windows,
  leftOut,
}: Pick<BacktestConfiguration, 'windows' | 'leftOut'>): string[] {
  const all = [
    ...leftOut.map(({ reason }) => reason),
    ...windows.flatMap((one) => one.reasons ?? []),
  ]
  return [...Map.groupBy(all, (reason) => reason)].map(([reason, { length }]) =>
    reasonSentences[reason](length === 1 ? '1 window' : `${count(length)} windows`),
  )
}
