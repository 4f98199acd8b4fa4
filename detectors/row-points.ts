import type { RowColumn, RowTable } from './row-table.ts'

/** Beyond so many scales a number counts as that far: one broken row must not outweigh all others. */
const farthest = 20
const mostCategories = 20

/** Rows as points: row by row `width` numbers of comparable size. */
export interface RowPoints {
  readonly width: number
  readonly values: Float64Array
}

/** One coordinate of all rows. */
type Coordinate = Float64Array

/**
 * Rows as points of one space. Numbers are centred at their median and divided by their spread; a category is a
 * coordinate that is 1 or 0, at most 20 of them and one for all others; an embedding weighs as much as one number.
 * A missing number stands at the median, and a coordinate of its own tells that it is missing.
 *
 * Medians, spreads and frequent categories are those of the rows `fit`. With all rows of both sides the points do
 * not know the sides, and shuffling rows between the sides stays an exact test.
 */
export function rowPoints(table: RowTable, fit: ArrayLike<number>): RowPoints {
  const coordinates = table.columns.flatMap((column) => coordinatesOf(column, fit))
  const width = coordinates.length
  const values = new Float64Array(table.rows * width)
  for (const [k, coordinate] of coordinates.entries()) {
    for (let row = 0; row < table.rows; row++) values[row * width + k] = coordinate[row] as number
  }
  return { width, values }
}

function coordinatesOf(column: RowColumn, fit: ArrayLike<number>): Coordinate[] {
  if (column.kind === 'numeric') return numeric(column.values, fit)
  if (column.kind === 'categorical') return categorical(column.codes, fit)
  return embedding(column, fit)
}

function numeric(values: Float64Array, fit: ArrayLike<number>): Coordinate[] {
  const missing = values.map((value) => (Number.isFinite(value) ? 0 : 1))
  const held = Float64Array.from(fit, (row) => values[row] as number)
    .filter((value) => Number.isFinite(value))
    .sort()
  const centre = held[held.length >> 1] ?? 0
  const scale = spreadOf(held, centre)
  const scaled = values.map((value) =>
    Number.isFinite(value) ? Math.max(-farthest, Math.min(farthest, (value - centre) / scale)) : 0,
  )
  return missing.includes(1) ? [scaled, missing] : [scaled]
}

/**
 * Root mean square distance from the centre of values held to their 5 % and 95 % quantiles; where these are one
 * value the mean distance of all, and 1 where that is 0 as well.
 */
function spreadOf(sorted: Float64Array, centre: number): number {
  const last = Math.max(0, sorted.length - 1)
  const low = sorted[Math.floor(0.05 * last)] as number
  const high = sorted[Math.ceil(0.95 * last)] as number
  // Divided by the range, so that no square overflows.
  const range = Math.min(Number.MAX_VALUE, high - low)
  if (range > 0) {
    const squares = sorted.reduce(
      (sum, value) => sum + ((Math.max(low, Math.min(high, value)) - centre) / range) ** 2,
      0,
    )
    const spread = range * Math.sqrt(squares / sorted.length)
    if (spread > 0) return spread
  }
  const mean = sorted.reduce((sum, value) => sum + Math.abs(value - centre) / sorted.length, 0)
  return mean > 0 ? Math.min(Number.MAX_VALUE, mean) : 1
}

function categorical(codes: Int32Array, fit: ArrayLike<number>): Coordinate[] {
  const counts = new Map<number, number>()
  for (let i = 0; i < fit.length; i++) {
    const code = codes[fit[i] as number] as number
    counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  const frequent = [...counts]
    .sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || left - right)
    .slice(0, mostCategories)
    .map(([code]) => code)
  const known = new Set(frequent)
  const others = Float64Array.from(codes, (code) => (known.has(code) ? 0 : 1))
  const each = frequent.map((category) =>
    Float64Array.from(codes, (code) => (code === category ? 1 : 0)),
  )
  return others.includes(1) ? [...each, others] : each
}

function embedding(
  { width, values }: { readonly width: number; readonly values: Float64Array },
  fit: ArrayLike<number>,
): Coordinate[] {
  const rows = values.length / width
  const isMissing = Float64Array.from({ length: rows }, (_, row) =>
    values.subarray(row * width, (row + 1) * width).every(Number.isFinite) ? 0 : 1,
  )
  const held = Array.from(fit).filter((row) => isMissing[row] === 0)
  const each = Array.from({ length: width }, (_, k) =>
    Float64Array.from({ length: rows }, (_, row) => values[row * width + k] as number),
  )
  const centred = each.map((coordinate) => {
    const centre = held.reduce((sum, row) => sum + (coordinate[row] as number) / held.length, 0)
    return coordinate.map((value, row) => (isMissing[row] === 1 ? 0 : value - centre))
  })
  const largest = centred.reduce(
    (most, coordinate) =>
      held.reduce((top, row) => Math.max(top, Math.abs(coordinate[row] as number)), most),
    0,
  )
  const squares = centred.reduce(
    (sum, coordinate) =>
      sum + held.reduce((part, row) => part + ((coordinate[row] as number) / largest) ** 2, 0),
    0,
  )
  const scale = largest > 0 ? largest * Math.sqrt(squares / held.length) : 1
  const scaled = centred.map((coordinate) =>
    coordinate.map((value) => Math.max(-farthest, Math.min(farthest, value / scale))),
  )
  return isMissing.includes(1) ? [...scaled, isMissing] : scaled
}

export const everyRow = ({ rows }: RowTable): Uint32Array =>
  Uint32Array.from({ length: rows }, (_, row) => row)
