import { DriftgateError } from '../contracts/errors.ts'
import { edgeSlots, findCells } from '../statistics/edge-slots.ts'
import type { CategoricalCounts, NumericCounts, Profile } from './profile.ts'
import { categoryValue } from './values.ts'

/** A column of numbers; of further rows it is known only that they have none. NaN and infinities are values. */
export interface NumberColumn {
  readonly values: Float64Array
  readonly missing?: number
}

/** A column of categories: `codes` are positions in `categories`, negative where a row has none. */
export interface CategoryColumn {
  readonly codes: ArrayLike<number>
  readonly categories: readonly string[]
}

export type Column = NumberColumn | CategoryColumn

/** A scaled value beyond this is counted and not summed ... */
const largestSummed = 2 ** 32
/** ... and up to this so many squares add up to an exact double. */
const largestQuick = 2 ** 20
const block = 4_096

/**
 * Counts many rows at once, one column for each of the binning's features: the same bytes as `addRow` gives for
 * the rows one by one. Throws RECORD_MALFORMED for columns of unequal length, or of another kind than the feature,
 * before it counts anything.
 */
export function addColumns(profile: Profile, columns: readonly Column[]): void {
  const { features } = profile
  const rows = columns.length === 0 ? 0 : rowsOf(columns[0] as Column)
  if (columns.length !== features.length) throw malformed(`${columns.length} columns`)
  for (const [i, { binning, kind }] of features.entries()) {
    const column = columns[i] as Column
    if (rowsOf(column) !== rows) throw malformed(`${binning.name} has ${rowsOf(column)} rows`)
    if ('codes' in column !== (kind === 'categorical'))
      throw malformed(`${binning.name} is ${kind}`)
  }
  const tallies = columns.map((column) => ('codes' in column ? tally(column) : null))
  profile.rows += rows
  for (const [i, feature] of features.entries()) {
    if (feature.kind === 'numeric') addNumbers(feature, columns[i] as NumberColumn)
    else addCategories(feature, tallies[i] as Tally)
  }
}

const rowsOf = (column: Column): number =>
  'codes' in column ? column.codes.length : column.values.length + (column.missing ?? 0)

const malformed = (reason: string) => new DriftgateError('RECORD_MALFORMED', { reason })

/** Used by one call after the other. */
const finite = new Float64Array(block)
const found = new Uint32Array(block)

/** Counts one column as `addColumns` does. */
export function addNumbers(counts: NumericCounts, { values, missing = 0 }: NumberColumn): void {
  counts.missing += missing
  const slots = edgeSlots(counts.edges)
  for (let start = 0; start < values.length; start += block) {
    const end = Math.min(values.length, start + block)
    let used = 0
    for (let i = start; i < end; i++) {
      const x = values[i] as number
      // Infinity - Infinity is NaN. Adding 0 turns -0 into 0.
      if (x - x === 0) finite[used++] = x + 0
      else if (x > 0) counts.positiveInfinity++
      else if (x < 0) counts.negativeInfinity++
      else counts.nan++
    }
    sumBlock(counts, finite, used)
    findCells(slots, finite, used, found)
    for (let i = 0; i < used; i++) counts.cells[found[i]!]!++
  }
}

/** Range, extremes and exact sums of the first `used` values, all finite. */
function sumBlock(counts: NumericCounts, values: Float64Array, used: number): void {
  const { factor, extremes, sums } = counts
  const { minimum, maximum } = counts.binning
  let [below, above, least, most, sum, squares] = [0, 0, extremes[0]!, extremes[1]!, 0, 0]
  for (let i = 0; i < used; i++) {
    const x = values[i] as number
    if (x < minimum) below++
    else if (x > maximum) above++
    if (x < least) least = x
    if (x > most) most = x
    const scaled = x * factor
    const q = Math.floor(scaled + 0.5)
    if (q <= largestQuick && q >= -largestQuick) {
      sum += q
      squares += q * q
    } else if (Math.abs(scaled) > largestSummed) counts.beyond++
    else sums.add(q)
  }
  counts.below += below
  counts.above += above
  extremes[0] = least
  extremes[1] = most
  sums.addExact(sum, squares)
}

interface Tally {
  readonly missing: number
  /** Rows of each code. */
  readonly rows: Float64Array
  readonly categories: readonly string[]
}

function tally({ codes, categories }: CategoryColumn): Tally {
  const rows = new Float64Array(categories.length)
  let missing = 0
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number
    if (code < 0) missing++
    else if (code < rows.length) rows[code] = (rows[code] as number) + 1
    else throw malformed(`code ${code} of ${rows.length} categories`)
  }
  return { missing, rows, categories }
}

function addCategories(counts: CategoricalCounts, { missing, rows, categories }: Tally): void {
  counts.missing += missing
  for (const [code, count] of rows.entries()) {
    if (count === 0) continue
    const category = categoryValue(categories[code]) as string
    const known = counts.index.get(category)
    if (known === undefined) counts.unseen.add(category, count)
    else counts.counts[known] = (counts.counts[known] as number) + count
  }
}
