import type { CheckedSlice, LossSlice, LossSlices, SliceCondition } from '../../contracts/slice.ts'
import { poolRows, type RowTable } from '../../detectors/row-table.ts'
import { cutColumns } from './cut-columns.ts'
import { fold, foldsBefore, foldsOf, placesOf } from './folds.ts'
import { rowsIn } from './in-slice.ts'
import { lossContrast, lossStrength } from './loss-contrast.ts'
import { type SidedRows, strongestSlice, sumsOf } from './search.ts'
import { conditionsText, contrastText } from './words.ts'

/** Raised when the same rows would give other slices. */
export const sliceDefinition = 1
/** Chance that a slice is named where there is none. */
export const sliceLevel = 0.01
/** Of one that was found before and is looked at again: there is nothing to choose any more. */
export const checkLevel = 0.05
export const mostSlices = 3
/** Searches, one after the other. */
export const mostRounds = 5
/** Rows of a slice, of each side and each fold. */
const leastChosen = 20
const leastJudged = 10

/** Rows with a label, in the order of their hashes. */
export interface LabelledSample {
  readonly ids: readonly string[]
  readonly table: RowTable
  /** What each row lost, by one measure for both sides. */
  readonly losses: ArrayLike<number>
}

/**
 * Whether most rows of a slice are in slices that were found before it: what is left of it is an edge of these, and not
 * what its conditions say.
 */
export function isMostlyNamed(inside: Uint8Array, all: Uint32Array, left: Uint32Array): boolean {
  const within = (rows: Uint32Array) => rows.reduce((sum, row) => sum + (inside[row] as number), 0)
  return within(left) < within(all) / 2
}

interface Pooled extends SidedRows {
  readonly table: RowTable
  readonly folds: Uint8Array
}

type Loss = LossSlices['loss']

/**
 * The slices whose loss rose more than that of the other rows; without earlier rows, whose loss is higher. A slice is
 * chosen by half of the rows and judged by the other half, so that its p-value, its size and its interval are not those
 * of the best of many. The next one is looked for among rows that are in none before it, and only where the one before it
 * was significant: so all of them together keep the level (a fixed sequence of tests).
 */
export function findLossSlices(
  loss: Loss,
  now: LabelledSample,
  before: LabelledSample | null,
): Pick<LossSlices, 'found' | 'rows'> {
  const pooled = poolSides(now, before)
  const [chosen, judged] = [fold.chosen, fold.judged].map((one) => placesOf(pooled.folds, one))
  let [among, left] = [chosen as Uint32Array, judged as Uint32Array]
  const found: LossSlice[] = []
  for (let round = 0; round < mostRounds && found.length < mostSlices; round++) {
    const strength = lossStrength(sumsOf(pooled, among), leastChosen)
    const columns = cutColumns(pooled.table, among, leastChosen)
    const conditions = strongestSlice(columns, pooled, among, strength)
    const inside = conditions && rowsIn(conditions, pooled.table)
    if (conditions === null || inside === null) break
    const all = sumsOf(pooled, left)
    const contrast = lossContrast(all, sumsOf(pooled, left, inside), leastJudged)
    if (contrast === null || contrast.p > sliceLevel) break
    if (!isMostlyNamed(inside, judged as Uint32Array, left)) {
      found.push({ conditions, ...contrast, sentence: contrastText(loss, conditions, contrast) })
    }
    among = among.filter((row) => inside[row] === 0)
    left = left.filter((row) => inside[row] === 0)
  }
  const counted = { chosen: (chosen as Uint32Array).length, judged: (judged as Uint32Array).length }
  return { found, rows: counted }
}

/**
 * Slices that were found in an earlier window, held against all labelled rows of this one and those earlier rows that had
 * no part in finding them. Nothing is searched, so each p-value is that of one test; of several the level is shared.
 */
export function checkLossSlices(
  loss: Loss,
  slices: readonly { readonly conditions: readonly SliceCondition[] }[],
  now: LabelledSample,
  before: LabelledSample | null,
): CheckedSlice[] {
  const pooled = poolSides(now, before)
  const among = Uint32Array.from(pooled.now.keys()).filter(
    (row) => pooled.now[row] === 1 || pooled.folds[row] === fold.kept,
  )
  const all = sumsOf(pooled, among)
  return slices.map((slice) => {
    const conditions = [...slice.conditions]
    const inside = rowsIn(conditions, pooled.table)
    const contrast = inside && lossContrast(all, sumsOf(pooled, among, inside), leastJudged)
    if (contrast === null) {
      const sentence = `too few labelled rows: ${conditionsText(conditions)}`
      return { conditions, state: 'too few rows', contrast, sentence }
    }
    const state = contrast.p <= checkLevel / slices.length ? 'confirmed' : 'not confirmed'
    return {
      conditions,
      state,
      contrast,
      sentence: `${state}: ${contrastText(loss, conditions, contrast)}`,
    }
  })
}

function poolSides(now: LabelledSample, before: LabelledSample | null): Pooled {
  if (before === null || before.ids.length === 0) {
    const { ids, table, losses } = now
    return {
      ...{ table, losses: Float64Array.from(losses), folds: foldsOf(ids) },
      now: new Uint8Array(ids.length).fill(1),
    }
  }
  const pooled = poolRows(before.table, now.table)
  if (typeof pooled === 'string') throw new RangeError(pooled)
  const earlier = before.ids.length
  return {
    table: pooled.table,
    losses: Float64Array.from([...Array.from(before.losses), ...Array.from(now.losses)]),
    folds: Uint8Array.from([...foldsBefore(before.ids), ...foldsOf(now.ids)]),
    now: Uint8Array.from({ length: pooled.table.rows }, (_, row) => (row < earlier ? 0 : 1)),
  }
}
