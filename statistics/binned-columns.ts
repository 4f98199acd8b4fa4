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

/**
 * Cuts a column into bins. Numbers: one bin per distinct value, or cells of about equally many rows; infinities are
 * values like others. Categories: the most frequent ones, and one bin for all others. O(rows log rows).
 */
export function binColumn(column: BoosterColumn, bins = mostBins): BinnedColumn {
  if (!(bins >= 2 && bins <= mostBins))
    throw new RangeError(`${bins} bins are not 2 to ${mostBins}`)
  return column.kind === 'numeric'
    ? binNumbers(column.values, bins)
    : binCategories(column.codes, bins)
}

function binNumbers(values: Float64Array, most: number): BinnedColumn {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort()
  const edges = upperEdges(sorted, most)
  const bins = new Uint8Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    bins[row] = Number.isNaN(value) ? missingBin : cellOf(edges, value)
  }
  return { bins, count: edges.length + 1, categorical: false }
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

function cellOf(edges: Float64Array, value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= (edges[middle] as number)) high = middle
    else low = middle + 1
  }
  return low
}

function binCategories(codes: Int32Array, most: number): BinnedColumn {
  const counts = new Map<number, number>()
  for (const code of codes) if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1)
  const frequent = [...counts].sort(
    ([left, leftCount], [right, rightCount]) => rightCount - leftCount || left - right,
  )
  const others = Math.min(frequent.length, most) - (frequent.length > most ? 1 : 0)
  const binOf = new Map(frequent.slice(0, others).map(([code], bin) => [code, bin]))
  const bins = Uint8Array.from(codes, (code) =>
    code < 0 ? missingBin : (binOf.get(code) ?? others),
  )
  return { bins, count: Math.min(frequent.length, most), categorical: true }
}
