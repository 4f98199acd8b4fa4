import { countBelow } from './count-below.ts'
/** A column of rows: numbers (NaN: missing), or categories by number (negative: missing). */
export type BoosterColumn =
  | { readonly kind: 'numeric'; readonly values: Float64Array }
  | { readonly kind: 'categorical'; readonly codes: Int32Array }

/** A column cut into at most 255 bins, one byte a row. */
export interface BinnedColumn {
  readonly bins: Uint8Array
  /** How many bins hold values: 0 ... count - 1. */
  readonly count: number
  /** The order of the bins means nothing. */
  readonly categorical: boolean
}

export const missingBin = 255
export const mostBins = 255

/** How a column is cut, also when other rows come. Plain JSON. */
export type ColumnCuts =
  | { readonly kind: 'numeric'; readonly edges: readonly number[] }
  /** Categories with a bin of their own; `others`: one more bin is for all others, else those count as missing. */
  | { readonly kind: 'categorical'; readonly codes: readonly number[]; readonly others: boolean }

/**
 * Cuts a column into bins. Numbers: one bin per distinct value, or cells of about equally many rows; infinities are
 * values like others. Categories: the most frequent ones, and one bin for all others. O(rows log rows).
 */
export const binColumn = (column: BoosterColumn, bins = mostBins): BinnedColumn =>
  binAsCut(column, cutsOf(column, bins))

/** Where `binColumn` cuts. Throws a RangeError for a number of bins that is not 2 to 255. */
export function cutsOf(column: BoosterColumn, bins = mostBins): ColumnCuts {
  if (!(bins >= 2 && bins <= mostBins))
    throw new RangeError(`${bins} bins are not 2 to ${mostBins}`)
  if (column.kind === 'categorical') return categoriesOf(column.codes, bins)
  const sorted = column.values.filter((value) => !Number.isNaN(value)).sort()
  return { kind: 'numeric', edges: [...upperEdges(sorted, bins)] }
}

/** The rows of a column under cuts of its kind. Throws a RangeError for cuts of another kind. */
export function binAsCut(column: BoosterColumn, cuts: ColumnCuts): BinnedColumn {
  if (column.kind === 'numeric' && cuts.kind === 'numeric') {
    const edges = Float64Array.from(cuts.edges)
    const bins = new Uint8Array(column.values.length)
    for (let row = 0; row < bins.length; row++) {
      const value = column.values[row] as number
      bins[row] = Number.isNaN(value) ? missingBin : countBelow(edges, value, false)
    }
    return { bins, count: edges.length + 1, categorical: false }
  }
  if (column.kind === 'categorical' && cuts.kind === 'categorical') {
    const binOf = new Map(cuts.codes.map((code, bin) => [code, bin]))
    const unknown = cuts.others ? cuts.codes.length : missingBin
    const bins = Uint8Array.from(column.codes, (code) =>
      code < 0 ? missingBin : (binOf.get(code) ?? unknown),
    )
    return { bins, count: cuts.codes.length + (cuts.others ? 1 : 0), categorical: true }
  }
  throw new RangeError(`a ${column.kind} column has no ${cuts.kind} cuts`)
}

/** A value lies in the first bin whose edge it does not exceed, or in the last one. */
function upperEdges(sorted: Float64Array, most: number): Float64Array {
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
  if (distinct.length <= most) return distinct.subarray(0, Math.max(0, distinct.length - 1))
  const edges = new Set<number>()
  for (let k = 1; k < most; k++) {
    edges.add(sorted[Math.ceil((k * sorted.length) / most) - 1] as number)
  }
  edges.delete(sorted.at(-1) as number)
  return Float64Array.from(edges)
}

function categoriesOf(codes: Int32Array, most: number): ColumnCuts {
  const counts = new Map<number, number>()
  for (const code of codes) if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1)
  const frequent = [...counts].sort(
    ([left, leftCount], [right, rightCount]) => rightCount - leftCount || left - right,
  )
  const others = frequent.length > most
  const own = frequent.slice(0, others ? most - 1 : most)
  return { kind: 'categorical', codes: own.map(([code]) => code), others }
}
