import { edgeSlots, findCells } from './edge-slots.ts'
import { sortNumbers } from './sort-numbers.ts'

/** Values of both sides that are sorted to find where they lie close. */
const sampled = 32_768

/**
 * The Kolmogorov-Smirnov distance of raw values, exact, without sorting them all: both sides are counted over some
 * ten thousand cells, whose ends bound the distance within each, and only cells that could hold the largest one are
 * sorted. `gap` is distance x n x m, a whole number. Throws RangeError for values that are not finite or a side
 * without any. O(n + m) unless nearly all values lie in few cells.
 */
export function kolmogorovSmirnovOfValues(
  reference: Float64Array,
  current: Float64Array,
): { distance: number; gap: number; n: number; m: number } {
  const [n, m] = [reference.length, current.length]
  if (n === 0 || m === 0) throw new RangeError('a side without any value has no distance')
  const edges = edgesOf(reference, current)
  const [before, now] = [cellsOf(reference, edges), cellsOf(current, edges)]
  const [counts, countsNow] = [countsOf(before, edges), countsOf(now, edges)]

  let [gap, difference] = [0, 0]
  for (let cell = 0; cell < counts.length; cell++) {
    difference += counts[cell]! * m - countsNow[cell]! * n
    gap = Math.max(gap, Math.abs(difference))
  }
  const open = new Uint8Array(counts.length)
  difference = 0
  for (let cell = 0; cell < counts.length; cell++) {
    const [a, b] = [counts[cell]! * m, countsNow[cell]! * n]
    const most = Math.max(difference + a, b - difference)
    if (most > gap && a > 0 && b > 0 && !isPoint(edges, cell)) open[cell] = 1
    difference += a - b
  }
  const [x, y] = [valuesOf(reference, before, open), valuesOf(current, now, open)]
  difference = 0
  for (let cell = 0, i = 0, j = 0; cell < counts.length; cell++) {
    const [a, b] = [counts[cell]!, countsNow[cell]!]
    if (open[cell] === 1) {
      gap = Math.max(gap, within(x.subarray(i, i + a), y.subarray(j, j + b), difference, n, m))
      i += a
      j += b
    }
    difference += a * m - b * n
  }
  return { distance: gap / (n * m), gap, n, m }
}

/** Largest gap behind any value of one cell that begins with this difference. */
function within(x: Float64Array, y: Float64Array, start: number, n: number, m: number): number {
  let [i, j, most] = [0, 0, 0]
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i]!, y[j]!)
    while (i < x.length && x[i] === value) i++
    while (j < y.length && y[j] === value) j++
    most = Math.max(most, Math.abs(start + i * m - j * n))
  }
  return most
}

/** Quantiles of some values of both sides; one that repeats gets a cell of its own. */
function edgesOf(reference: Float64Array, current: Float64Array): Float64Array {
  const values: number[] = []
  for (const side of [reference, current]) {
    const step = Math.max(1, Math.floor((2 * side.length) / sampled))
    for (let i = 0; i < side.length; i += step) values.push(side[i]! + 0)
  }
  const sorted = sortNumbers(Float64Array.from(values))
  const edges: number[] = []
  for (let i = 0; i < sorted.length; i += 2) {
    const value = sorted[i]!
    const last = edges.at(-1) ?? Number.NEGATIVE_INFINITY
    if (value > last) edges.push(value)
    else if (value === last && edges.at(-1) === value) edges.push(nextAbove(value))
  }
  return Float64Array.from(edges)
}

function cellsOf(values: Float64Array, edges: Float64Array): Uint16Array {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value - value !== 0) throw new RangeError(`${value} has no place among finite values`)
  }
  const cells = new Uint16Array(values.length)
  findCells(edgeSlots(edges), values, values.length, cells)
  return cells
}

function countsOf(cells: Uint16Array, edges: Float64Array): Float64Array {
  const counts = new Uint32Array(edges.length + 1)
  for (let i = 0; i < cells.length; i++) counts[cells[i]!]!++
  return Float64Array.from(counts)
}

/** Values of the open cells, sorted. */
function valuesOf(values: Float64Array, cells: Uint16Array, open: Uint8Array): Float64Array {
  let count = 0
  for (let i = 0; i < cells.length; i++) count += open[cells[i]!]!
  const found = new Float64Array(count)
  for (let i = 0, at = 0; i < cells.length; i++) {
    if (open[cells[i]!] === 1) found[at++] = values[i]!
  }
  return sortNumbers(found)
}

/** Whether the cell holds one value only. */
const isPoint = (edges: Float64Array, cell: number): boolean =>
  cell > 0 && cell < edges.length && nextAbove(edges[cell - 1]!) === edges[cell]

const view = new DataView(new ArrayBuffer(8))

/** The next double above a finite x (IEEE 754 nextUp). */
function nextAbove(x: number): number {
  if (x === 0) return Number.MIN_VALUE
  view.setFloat64(0, x)
  view.setBigInt64(0, view.getBigInt64(0) + (x > 0 ? 1n : -1n))
  return view.getFloat64(0)
}
