import type { DriftSlice, DriftSlices } from '../../contracts/slice.ts'
import { poolRows, type RowTable } from '../../detectors/row-table.ts'
import { rateDifferenceInterval, sameRateP } from '../../statistics/rates.ts'
import { cutColumns } from './cut-columns.ts'
import { fold, foldsOf, placesOf } from './folds.ts'
import { rowsIn } from './in-slice.ts'
import { isMostlyNamed, mostRounds, mostSlices, sliceLevel } from './loss-slices.ts'
import { type SidedRows, type Strength, type Sums, strongestSlice, sumsOf } from './search.ts'
import { conditionsText, percent } from './words.ts'

/** Rows of a slice of both sides together. */
const leastChosen = 20
/** A share that changed by less stands for little of a drift, however surely it changed. */
const leastChange = 0.02

export interface SampledSide {
  readonly ids: readonly string[]
  readonly table: RowTable
}

/**
 * The slices whose share of the rows changed most between the reference and the window, up or down. Chosen by half of the
 * rows of both sides and judged by the other half, one after the other, as slices by loss are.
 */
export function findDriftSlices(
  reference: SampledSide,
  current: SampledSide,
): Pick<DriftSlices, 'found' | 'rows'> {
  const pooled = poolRows(reference.table, current.table)
  if (typeof pooled === 'string') throw new RangeError(pooled)
  const { table, n, m } = pooled
  const sided: SidedRows = {
    now: Uint8Array.from({ length: n + m }, (_, row) => (row < n ? 0 : 1)),
    losses: new Float64Array(n + m),
  }
  const folds = foldsOf([...reference.ids, ...current.ids])
  const chosen = placesOf(folds, fold.chosen)
  const judged = placesOf(folds, fold.judged)
  let [among, left] = [chosen, judged]
  const found: DriftSlice[] = []
  for (let round = 0; round < mostRounds && found.length < mostSlices; round++) {
    const strength = shareStrength(sumsOf(sided, among))
    const columns = cutColumns(table, among, leastChosen)
    const conditions = strongestSlice(columns, sided, among, strength)
    const inside = conditions && rowsIn(conditions, table)
    if (conditions === null || inside === null) break
    const slice = sliceOf(sumsOf(sided, left), sumsOf(sided, left, inside))
    if (slice === null || slice.p > sliceLevel || Math.abs(slice.effect) < leastChange) break
    const { reference, current } = slice.shares
    const sentence = `${percent(reference)} -> ${percent(current)} of rows have ${conditionsText(conditions)}`
    if (!isMostlyNamed(inside, judged, left)) found.push({ conditions, ...slice, sentence })
    among = among.filter((row) => inside[row] === 0)
    left = left.filter((row) => inside[row] === 0)
  }
  return { found, rows: { chosen: chosen.length, judged: judged.length } }
}

/** By how many standard errors the share of a slice changed. */
const shareStrength =
  (all: Sums): Strength =>
  ({ rows, rowsBefore }) => {
    if (rows + rowsBefore < leastChosen || all.rows === 0 || all.rowsBefore === 0) return 0
    const change = rows / all.rows - rowsBefore / all.rowsBefore
    if (Math.abs(change) < leastChange) return 0
    const share = (rows + rowsBefore) / (all.rows + all.rowsBefore)
    const variance = share * (1 - share) * (1 / all.rows + 1 / all.rowsBefore)
    return variance > 0 ? Math.abs(change) / Math.sqrt(variance) : 0
  }

function sliceOf(all: Sums, slice: Sums): Omit<DriftSlice, 'conditions' | 'sentence'> | null {
  if (all.rows === 0 || all.rowsBefore === 0) return null
  const counts = [slice.rowsBefore, all.rowsBefore, slice.rows, all.rows] as const
  const [k, n, l, m] = counts
  return {
    rows: { reference: k, current: l },
    shares: { reference: k / n, current: l / m },
    effect: l / m - k / n,
    effectInterval: rateDifferenceInterval(...counts),
    p: sameRateP(...counts),
  }
}
