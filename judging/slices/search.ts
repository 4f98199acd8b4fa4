import type { SliceCondition } from '../../contracts/slice.ts'
import type { Candidate, CutColumn } from './cut-columns.ts'

/** What the rows of a slice add up to: of each side their count, and the sum and the sum of squares of what they lose. */
export interface Sums {
  readonly rowsBefore: number
  readonly sumBefore: number
  readonly squaresBefore: number
  readonly rows: number
  readonly sum: number
  readonly squares: number
}

/** Rows of both sides. */
export interface SidedRows {
  /** By row: 1 now, 0 before. */
  readonly now: Uint8Array
  /** By row; 0 for all where only counts matter. */
  readonly losses: Float64Array
}

/** How many standard errors a slice stands out by; 0 or less: it is no candidate, as with too few rows. */
export type Strength = (slice: Sums) => number

/** Conditions that are combined with others, of all features and of one. */
const beam = 24
const beamOfFeature = 3
/** Features whose conditions they are combined with: those of the strongest ones. */
const mostFeatures = 40

interface Scored {
  readonly column: CutColumn
  readonly candidate: Candidate
  readonly strength: number
}

/**
 * The slice of one or two conditions that stands out most among some rows, or null. Two conditions have to stand out by
 * more than one, since there are more of them: what is compared is z^2 / 2 less the logarithm of how many were looked at.
 * Bounded: every condition on its own, and the `beam` strongest ones with
 * every condition on the `mostFeatures` features that stand out most by themselves.
 */
export function strongestSlice(
  columns: readonly CutColumn[],
  sided: SidedRows,
  among: Uint32Array,
  strengthOf: Strength,
): SliceCondition[] | null {
  const single = scored(columns, sided, among, strengthOf)
  let best: { conditions: SliceCondition[]; worth: number } | null = null
  const offer = (conditions: SliceCondition[], strength: number, looked: number) => {
    if (strength <= 0) return
    const worth = strength ** 2 / 2 - Math.log(looked)
    if (best === null || worth > best.worth) best = { conditions, worth }
  }
  for (const { candidate, strength } of single) {
    offer([candidate.condition], strength, single.length)
  }
  const starts = beamOf(single)
  const paired = strongestColumns(single)
  const pairs = starts.flatMap((start) => {
    const { from, below } = start.candidate
    const held = among.filter((row) => {
      const cell = start.column.cells[row] as number
      return cell >= from && cell < below
    })
    const others = paired.filter(({ feature }) => feature !== start.column.feature)
    return scored(others, sided, held, strengthOf).map((second) => ({ start, second }))
  })
  for (const { start, second } of pairs) {
    const conditions = [start.candidate.condition, second.candidate.condition]
    offer(conditions, second.strength, pairs.length)
  }
  const found = best as { conditions: SliceCondition[] } | null
  return found?.conditions.sort(inOrder) ?? null
}

/** "country = DE and age < 25", whichever was found first. */
const inOrder = (left: SliceCondition, right: SliceCondition): number =>
  order[left.kind] - order[right.kind] || (left.feature < right.feature ? -1 : 1)

const order = { value: 0, missing: 1, range: 2 } as const

/** The strongest conditions, few of each feature: ranges of one number that overlap say the same. */
function beamOf(single: readonly Scored[]): Scored[] {
  const of = new Map<string, number>()
  return single
    .toSorted((left, right) => right.strength - left.strength)
    .filter(({ column: { feature }, strength }) => {
      const taken = of.get(feature) ?? 0
      of.set(feature, taken + 1)
      return strength > 0 && taken < beamOfFeature
    })
    .slice(0, beam)
}

/** Of many features those by which rows are parted best. */
const strongestColumns = (single: readonly Scored[]): CutColumn[] =>
  [
    ...new Set(
      single.toSorted((left, right) => right.strength - left.strength).map(({ column }) => column),
    ),
  ].slice(0, mostFeatures)

/** Every condition, with how much its rows among these stand out. */
const scored = (
  columns: readonly CutColumn[],
  sided: SidedRows,
  among: Uint32Array,
  strengthOf: Strength,
): Scored[] =>
  columns.flatMap((column) => {
    const upTo = summedUpTo(column, sided, among)
    return column.candidates.map((candidate) => ({
      ...{ column, candidate },
      strength: strengthOf(between(upTo, candidate)),
    }))
  })

/** Six numbers of `Sums` for each cell, of all cells before it: a run of cells is a difference of two. */
function summedUpTo({ cells, count }: CutColumn, { now, losses }: SidedRows, among: Uint32Array) {
  const upTo = new Float64Array(6 * (count + 1))
  for (let i = 0; i < among.length; i++) {
    const row = among[i] as number
    const at = 6 * ((cells[row] as number) + 1) + (now[row] === 1 ? 3 : 0)
    const loss = losses[row] as number
    upTo[at]! += 1
    upTo[at + 1]! += loss
    upTo[at + 2]! += loss * loss
  }
  for (let at = 6; at < upTo.length; at++) upTo[at]! += upTo[at - 6] as number
  return upTo
}

function between(upTo: Float64Array, { from, below }: Candidate): Sums {
  const of = (k: number) => (upTo[6 * below + k] as number) - (upTo[6 * from + k] as number)
  return {
    ...{ rowsBefore: of(0), sumBefore: of(1), squaresBefore: of(2) },
    ...{ rows: of(3), sum: of(4), squares: of(5) },
  }
}

/** The sums of rows, all or those that lie inside. */
export function sumsOf({ now, losses }: SidedRows, among: Uint32Array, inside?: Uint8Array): Sums {
  const sums = [0, 0, 0, 0, 0, 0]
  for (const row of among) {
    if (inside !== undefined && inside[row] !== 1) continue
    const at = now[row] === 1 ? 3 : 0
    const loss = losses[row] as number
    sums[at]! += 1
    sums[at + 1]! += loss
    sums[at + 2]! += loss * loss
  }
  const [rowsBefore, sumBefore, squaresBefore, rows, sum, squares] = sums as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return { rowsBefore, sumBefore, squaresBefore, rows, sum, squares }
}

export const less = (all: Sums, slice: Sums): Sums => ({
  rowsBefore: all.rowsBefore - slice.rowsBefore,
  sumBefore: all.sumBefore - slice.sumBefore,
  squaresBefore: all.squaresBefore - slice.squaresBefore,
  rows: all.rows - slice.rows,
  sum: all.sum - slice.sum,
  squares: all.squares - slice.squares,
})
