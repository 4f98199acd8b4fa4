import {
  type CategoricalSides,
  type NumericSides,
  type Sides,
  sidesOfValues,
} from '../../detectors/index.ts'
import { boundsOf } from '../../detectors/sides-of-counts.ts'
import { numericEdges } from '../../profiles/index.ts'
import { doaneEdges, histogram } from '../../statistics/compat/numpy-histogram.ts'
import { sortNumbers } from '../../statistics/sort-numbers.ts'

/** A reference with all that is prepared of it once, whatever it is held against. */
export interface NumericReference {
  readonly sorted: Float64Array
  readonly sd: number
  readonly edges: Float64Array
  readonly cells: Float64Array
  readonly doane: Float64Array
  readonly doaneCounts: readonly number[]
}

/** Both sides of one feature: as they are, and as a stored profile shows them. */
export interface Sample {
  readonly kind: 'numeric' | 'categorical'
  readonly profile: Sides
  /** Of raw values, made when asked for. */
  readonly raw: Sides
  readonly reference?: NumericReference
  readonly current?: Float64Array
}

export function prepare(values: Float64Array): NumericReference {
  const sorted = sortNumbers(values)
  const edges = Float64Array.from(numericEdges(sorted))
  const doane = doaneEdges(sorted)
  return {
    sorted,
    sd: momentsOf(sorted).sd,
    edges,
    cells: cellsOf(sorted, edges),
    doane,
    doaneCounts: [...histogram(sorted, doane), 0],
  }
}

export function numericSample(reference: NumericReference, values: Float64Array): Sample {
  const current = sortNumbers(values)
  const { sorted, edges, cells } = reference
  const [low, high] = [
    Math.min(sorted[0] as number, current[0] as number),
    Math.max(sorted.at(-1) as number, current.at(-1) as number),
  ]
  const profile: NumericSides = {
    kind: 'numeric',
    feature: 'x',
    reference: cells,
    current: cellsOf(current, edges),
    ...boundsOf(edges, low, high),
    cells: 'quantiles',
    moments: { reference: momentsOf(sorted), current: momentsOf(current) },
    range: {
      reference: [sorted[0] as number, sorted.at(-1) as number],
      current: [current[0] as number, current.at(-1) as number],
    },
    outside: { reference: 0, current: beyond(current, sorted) },
    missing: { reference: 0, current: 0 },
  }
  let raw: Sides | undefined
  return {
    kind: 'numeric',
    profile,
    get raw() {
      raw ??= sidesOfValues('x', sorted, current)
      return raw
    },
    reference,
    current,
  }
}

/** Values beyond the range of the reference. */
function beyond(values: Float64Array, sorted: Float64Array): number {
  const [low, high] = [sorted[0] as number, sorted.at(-1) as number]
  return values.reduce((sum, value) => (value < low || value > high ? sum + 1 : sum), 0)
}

export function categoricalSample(reference: Float64Array, current: Float64Array): Sample {
  const profile: CategoricalSides = {
    kind: 'categorical',
    feature: 'x',
    categories: Array.from({ length: reference.length - 1 }, (_, i) => `category ${i}`),
    reference,
    current,
    unseen: ['new'],
    // As of a profile: of categories that the reference lacks the rows are known.
    ...(reference.at(-1) === 0 && { unseenCounts: [current.at(-1) as number].filter(Boolean) }),
    missing: { reference: 0, current: 0 },
  }
  return { kind: 'categorical', profile, raw: profile }
}

/** Counts of sorted values over the cells between edges. */
function cellsOf(sorted: Float64Array, edges: Float64Array): Float64Array {
  const cells = new Float64Array(edges.length + 1)
  let before = 0
  for (const [i, edge] of edges.entries()) {
    let [low, high] = [before, sorted.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sorted[middle] as number) < edge) low = middle + 1
      else high = middle
    }
    cells[i] = low - before
    before = low
  }
  cells[edges.length] = sorted.length - before
  return cells
}

function momentsOf(values: Float64Array) {
  const count = values.length
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / count
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return { count, mean, sd: Math.sqrt(squares / count) }
}
