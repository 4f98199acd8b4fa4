import type { CellStatistic } from '../statistics/cell-statistics.ts'
import { noncentralInterval } from '../statistics/noncentral.ts'
import { logTableTail } from '../statistics/table-law.ts'
import type { Comparison } from './detector.ts'
import { type Both, effectiveSize, totalOf } from './sides.ts'

/**
 * The effect behind a chi-square statistic of a 2 x C table: Cramér's V corrected for its bias, as it would be with
 * equally many rows on both sides, so that it depends neither on n nor on the ratio of the sides:
 * sqrt(max(0, X² - df) (n + m) / (4 n m)). Its interval inverts the noncentral chi-square law.
 */
export function tableEffect(
  statistic: number,
  degrees: number,
  n: Both<number>,
): Pick<Comparison, 'effect' | 'effectInterval' | 'law'> {
  const size = 4 * effectiveSize(n.reference, n.current)
  const share = (excess: number) => Math.min(1, Math.sqrt(Math.max(0, excess) / size))
  const [low, high] = noncentralInterval(statistic, degrees)
  return {
    effect: share(statistic - degrees),
    effectInterval: [share(low), share(high)],
    law: { degrees, size },
  }
}

/** What is said where pooling leaves fewer than two cells: nothing can be compared. */
export const tooFewCells = (n: Both<number>, cells: number): Comparison => ({
  score: 0,
  effect: 0,
  effectInterval: [0, 1],
  pValueAbsent: 'fewer than two cells are expected to hold enough rows',
  n,
  cells,
})

/** ln of the p-value of a statistic of a pooled table, worked out when it is first asked for. */
export function tableLogP(
  statistic: CellStatistic,
  x: number,
  { reference, current }: Both<readonly number[]>,
): () => number {
  let known: number | undefined
  return () => {
    known ??= logTableTail(
      statistic,
      x,
      reference.map((count, i) => count + (current[i] as number)),
      totalOf(current),
      totalOf(reference),
    )
    return known
  }
}

/** A p-value is never 0. */
export const pOfLog = (logP: number): number => Math.max(Number.MIN_VALUE, Math.exp(logP))
