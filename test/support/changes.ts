import { type Sides, sidesOfValues } from '../../detectors/index.ts'
import { normalSf } from '../../statistics/special.ts'
import { total } from '../../statistics/total.ts'
import { normal } from './mulberry32.ts'

/** Rows of one kind of change; `size` says how large it is. */
export interface Change {
  drawn(size: number, next: () => number): Sides
  /** Both sides as they would be in an endless sample. */
  expected(size: number): Sides
}

const numeric = (
  edges: ArrayLike<number>,
  reference: Float64Array,
  current: Float64Array,
  cells: 'quantiles' | 'given',
  mean: number,
): Sides => ({
  kind: 'numeric',
  feature: 'x',
  reference,
  current,
  low: Float64Array.of(-10, ...Array.from(edges)),
  high: Float64Array.of(...Array.from(edges), 10),
  cells,
  moments: {
    reference: { count: total(reference), mean: 0, sd: 1 },
    current: { count: total(current), mean, sd: 1 },
  },
  range: { reference: [-10, 10], current: [-10, 10] },
  missing: { reference: 0, current: 0 },
})

/** Rows of a normal law that is moved by `shift`, in cells with these ends, were there a million times as many. */
function normalCells(edges: ArrayLike<number>, shift: number, rows: number): Float64Array {
  const below = [...Array.from(edges, (edge) => 1 - normalSf(edge - shift)), 1]
  return Float64Array.from(below, (share, i) => rows * 1e6 * (share - (below[i - 1] ?? 0)))
}

/** Values of a normal law that move by `size` standard deviations. */
export const shifted = (n: number, m: number): Change => ({
  drawn: (size, next) =>
    sidesOfValues(
      'x',
      Float64Array.from({ length: n }, () => normal(next)),
      Float64Array.from({ length: m }, () => normal(next, size)),
    ),
  expected(size) {
    const edges = Float64Array.from({ length: 399 }, (_, i) => -5 + (i + 1) / 40)
    return numeric(edges, normalCells(edges, 0, n), normalCells(edges, size, m), 'given', size)
  },
})

/** The same over ten cells that end at quantiles of the reference, for all of which one law holds. */
export const shiftedQuantiles = (n: number, m: number, cells = 10): Change => ({
  drawn(size, next) {
    const before = Float64Array.from({ length: n }, () => normal(next)).sort()
    const edges = Array.from({ length: cells - 1 }, (_, i) => before[((i + 1) * n) / cells]!)
    const current = new Float64Array(cells)
    for (let row = 0; row < m; row++) {
      const value = normal(next, size)
      const cell = edges.filter((edge) => edge <= value).length
      current[cell] = current[cell]! + 1
    }
    return numeric(edges, new Float64Array(cells).fill(n / cells), current, 'quantiles', size)
  },
  expected(size) {
    const edges = Array.from({ length: cells - 1 }, (_, i) => normalAt((i + 1) / cells))
    return numeric(edges, normalCells(edges, 0, n), normalCells(edges, size, m), 'quantiles', size)
  },
})

function normalAt(share: number): number {
  let [low, high] = [-9, 9]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (1 - normalSf(middle) < share) low = middle
    else high = middle
  }
  return high
}

/** Categories whose weights become others. */
export function reweighted(
  n: number,
  m: number,
  weightsAt: (size: number) => readonly number[],
): Change {
  const rowsOf = (weights: readonly number[], rows: number) =>
    Float64Array.from([...weights.map((weight) => (rows * 1e6 * weight) / total(weights)), 0])
  const draw = (weights: readonly number[], rows: number, next: () => number) => {
    const counts = new Float64Array(weights.length + 1)
    for (let row = 0; row < rows; row++) {
      let [at, cell] = [next() * total(weights), 0]
      while (cell < weights.length - 1 && at >= weights[cell]!) at -= weights[cell++]!
      counts[cell] = counts[cell]! + 1
    }
    return counts
  }
  return {
    drawn: (size, next) => categories(draw(weightsAt(0), n, next), draw(weightsAt(size), m, next)),
    expected: (size) => categories(rowsOf(weightsAt(0), n), rowsOf(weightsAt(size), m)),
  }
}

const categories = (reference: Float64Array, current: Float64Array): Sides => ({
  kind: 'categorical',
  feature: 'x',
  categories: Array.from({ length: reference.length - 1 }, (_, i) => `c${i}`),
  reference,
  current,
  unseen: [],
  missing: { reference: 0, current: 0 },
})

/** Of ten categories every other one grows. */
export const recoded = (n: number, m: number): Change =>
  reweighted(n, m, (size) =>
    Array.from({ length: 10 }, (_, i) => ((i + 1) / 55) * (1 + (i % 2 === 0 ? size : 0))),
  )

/** Of two categories the rarer one, three rows of ten, becomes rarer. */
export const fallen = (n: number, m: number): Change =>
  reweighted(n, m, (size) => [0.3 / (1 + size), 1 - 0.3 / (1 + size)])
