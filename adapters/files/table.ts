/** One value as a file holds it. Anything that is not there, a list included, is undefined or null. */
export type Cell = string | number | boolean | null | undefined

/**
 * Takes one row. `cells[i]` belongs to the column `names[i]`; `names` only ever grows, and a row may be shorter.
 * Both arrays are reused: nothing of them may be kept.
 */
export type RowSink = (names: readonly string[], cells: readonly Cell[]) => void

export type ColumnKind = 'numeric' | 'categorical' | 'timestamp'

export interface NumericColumn {
  readonly kind: 'numeric'
  readonly name: string
  /** One per row; NaN where there is no number. */
  readonly values: Float64Array
  /** Rows that hold something else than a number, and one such value. */
  readonly broken: { readonly rows: number; readonly example: string | null }
}

/** Instants: milliseconds since 1970 in `values`. */
export interface TimestampColumn extends Omit<NumericColumn, 'kind'> {
  readonly kind: 'timestamp'
}

export type Column = NumericColumn | CategoricalColumn | TimestampColumn

export interface CategoricalColumn {
  readonly kind: 'categorical'
  readonly name: string
  /** One per row: a position in `categories`, or -1 for a missing value. */
  readonly codes: Int32Array
  readonly categories: readonly string[]
}

export interface Table {
  readonly rows: number
  readonly columns: ReadonlyMap<string, Column>
}

/** What stands for no number in a column of numbers; elsewhere only the empty text is missing. */
const noNumber = new Set(['nan', 'na', 'n/a', 'null', 'none'])

/** No value at all: nothing, or a text without a character. */
export const isEmpty = (cell: Cell): boolean =>
  cell === undefined || cell === null || cell === '' || Number.isNaN(cell)

/**
 * The number of a cell: NaN when it says that there is none ("NA", "null"), undefined when it holds something
 * else. `true` is no number.
 */
export function numberOf(cell: Cell): number | undefined {
  if (typeof cell === 'number') return cell
  if (isEmpty(cell)) return Number.NaN
  if (typeof cell !== 'string') return undefined
  const value = Number(cell)
  if (!Number.isNaN(value)) {
    // Number() also reads "0x1f" and blanks; a table means neither as a number.
    if (/[xob]/i.test(cell)) return undefined
    return /\S/.test(cell) ? value : Number.NaN
  }
  const word = cell.trim().toLowerCase()
  if (noNumber.has(word)) return Number.NaN
  if (/^[+-]?inf(inity)?$/.test(word)) return word.startsWith('-') ? -Infinity : Infinity
  return undefined
}

/** Digits that stand for no amount: a number is not written with a zero in front ("00123", a postal code). */
export const isCode = (cell: Cell): boolean => typeof cell === 'string' && /^\s*0\d/.test(cell)

/** What the text of a cell stands for: nothing, a number, `true` or `false`, or itself. */
export function valueOfText(cell: Cell): Cell {
  if (isEmpty(cell)) return undefined
  if (cell === 'true' || cell === 'false') return cell === 'true'
  if (isCode(cell)) return cell
  const number = numberOf(cell)
  if (number === undefined) return cell
  return Number.isNaN(number) ? undefined : number
}

const instant = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/

/**
 * Milliseconds since 1970 of an ISO 8601 date, with or without a time of day; UTC where no zone is given. NaN for no
 * value, undefined for anything else.
 */
export function timeOfCell(cell: Cell): number | undefined {
  if (isEmpty(cell)) return Number.NaN
  if (typeof cell !== 'string') return undefined
  const text = cell.trim()
  if (noNumber.has(text.toLowerCase())) return Number.NaN
  const found = instant.exec(text)
  if (found === null) return undefined
  const [, timeOfDay, , , zone] = found
  const hasZone = timeOfDay === undefined || zone !== undefined
  const ms = Date.parse(hasZone ? text.replace(' ', 'T') : `${text.replace(' ', 'T')}Z`)
  return Number.isNaN(ms) ? undefined : ms
}
