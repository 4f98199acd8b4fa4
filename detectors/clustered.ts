import type { Clusters } from '../statistics/clusters.ts'
import { type DesignEffect, designEffect } from '../statistics/design-effect.ts'
import type { CategoryColumn } from './sides-of-values.ts'

/** One feature row by row: numbers (NaN for none), or codes of categories (below 0 for none). */
export type ValuesByRow = ArrayLike<number> | CategoryColumn

/** Numbers fall into so many cells of about the same mass, categories into the most frequent ones and all others. */
const mostCells = 16
/** Cells of categories with fewer rows on both sides together are joined; fewer missing values have no effect of their own. */
const leastRows = 30
/** So many values, evenly chosen, say where the cells end. */
const mostSorted = 20_000

/**
 * How many times more a feature varies than independent rows would, of rows that come in clusters: the larger of what its
 * values say, see `designEffect`, and what its missing values do. Both sides have to be of the same kind. Throws RangeError.
 */
export function designEffectOf(
  reference: ValuesByRow,
  current: ValuesByRow,
  clusters: Clusters,
): DesignEffect {
  if (isColumn(reference) !== isColumn(current)) throw new RangeError('numbers and categories')
  const { rows, cells } =
    isColumn(reference) && isColumn(current)
      ? cellsOfCategories(reference, current)
      : cellsOfNumbers(reference as ArrayLike<number>, current as ArrayLike<number>)
  const ofValues = designEffect(rows, clusters, cells, !isColumn(reference))
  const isMissing = (cell: number) => (cell < 0 ? 1 : 0)
  const missing = [rows.reference, rows.current].map((side) => side.map(isMissing))
  const count = missing.reduce((sum, side) => sum + side.reduce((all, one) => all + one, 0), 0)
  if (count < leastRows) return ofValues
  const [before, now] = missing as [Int32Array, Int32Array]
  const ofMissing = designEffect({ reference: before, current: now }, clusters, 2, false)
  return ofMissing.factor > ofValues.factor ? ofMissing : ofValues
}

const isColumn = (values: ValuesByRow): values is CategoryColumn => 'codes' in values

function cellsOfNumbers(reference: ArrayLike<number>, current: ArrayLike<number>) {
  const all = [reference, current].flatMap((side) => evenly(side, mostSorted))
  const sorted = Float64Array.from(all.filter(Number.isFinite)).sort()
  const edges = new Set<number>()
  for (let i = 1; i < mostCells; i++) {
    const edge = sorted[Math.floor((i * sorted.length) / mostCells)]
    if (edge !== undefined && edge > (sorted[0] as number)) edges.add(edge)
  }
  const starts = Float64Array.from(edges)
  const cellOf = (value: number) => {
    if (!Number.isFinite(value)) return -1
    let cell = 0
    while (cell < starts.length && value >= (starts[cell] as number)) cell++
    return cell
  }
  const rows = {
    reference: Int32Array.from(reference, cellOf),
    current: Int32Array.from(current, cellOf),
  }
  return { rows, cells: starts.length + 1 }
}

function evenly(values: ArrayLike<number>, most: number): number[] {
  const step = Math.max(1, values.length / most)
  const count = Math.min(values.length, most)
  return Array.from({ length: count }, (_, i) => values[Math.floor(i * step)] as number)
}

function cellsOfCategories(reference: CategoryColumn, current: CategoryColumn) {
  const totals = new Map<string, number>()
  for (const { codes, categories } of [reference, current]) {
    const counts = new Float64Array(categories.length)
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row] as number
      if (code >= 0) counts[code] = (counts[code] as number) + 1
    }
    for (const [code, count] of counts.entries()) {
      const category = categories[code] as string
      totals.set(category, (totals.get(category) ?? 0) + count)
    }
  }
  const common = [...totals]
    .filter(([, count]) => count >= leastRows)
    .sort(([one, left], [other, right]) => right - left || (one < other ? -1 : 1))
    .slice(0, mostCells - 1)
    .map(([category]) => category)
  const cells = new Map(common.map((category, cell) => [category, cell]))
  const cellsOf = ({ codes, categories }: CategoryColumn) => {
    const ofCode = categories.map((category) => cells.get(category) ?? common.length)
    return Int32Array.from(codes, (code) => (code < 0 ? -1 : (ofCode[code] as number)))
  }
  const rows = { reference: cellsOf(reference), current: cellsOf(current) }
  return { rows, cells: common.length + 1 }
}
