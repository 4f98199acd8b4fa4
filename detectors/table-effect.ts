import { type CellDistance, cellDistance } from '../statistics/cell-distances.ts'
import type { CellStatistic } from '../statistics/cell-statistics.ts'
import { tablesOf } from '../statistics/distance-p.ts'
import { noncentralInterval } from '../statistics/noncentral.ts'
import { chiSquareSf } from '../statistics/special.ts'
import { logTableTail } from '../statistics/table-law.ts'
import { tiltedSf } from '../statistics/tilted-tables.ts'
import type { Comparison } from './detector.ts'
import type { PooledSides } from './pooled-sides.ts'
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

/** Quantile cells with fewer rows than this on a side are left to the law of the gaps, where the limit is not above 0.3. */
const few = { rows: 200, p: 0.3 }

/**
 * `tableLogP`, but for cells that end at quantiles of this very reference. Its counts are fixed then, and the window's
 * rows fall into the gaps between its values: with 50 rows of the reference in a cell the shuffled table rejects 1.1
 * times too often at 5 % and twice at 0.1 %. So the law of the gaps is taken, by a double saddle point (`tiltedSf`).
 */
export function pooledLogP(
  statistic: CellStatistic,
  terms: CellDistance,
  x: number,
  pooled: PooledSides,
): () => number {
  const shuffled = tableLogP(statistic, x, pooled)
  if (pooled.edges === 'given') return shuffled
  const { reference, current, edges } = pooled
  const [n, m] = [totalOf(reference), totalOf(current)]
  const least = Math.min(...reference.map((count) => Math.min(count, (count * m) / n)))
  const limit = chiSquareSf(x, reference.length - 1)
  if (least >= few.rows || limit > few.p || limit < 1e-200) return shuffled
  let known: number | undefined
  return () => {
    known ??= Math.log(
      Math.max(
        Number.MIN_VALUE,
        tiltedSf(
          tablesOf(reference, current, edges).tables,
          terms,
        )(cellDistance(terms, reference, current, n, m)),
      ),
    )
    return known
  }
}

/** A p-value is never 0. */
export const pOfLog = (logP: number): number => Math.max(Number.MIN_VALUE, Math.exp(logP))
