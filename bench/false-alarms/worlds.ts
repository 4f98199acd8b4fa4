import { type NumericSides, type Sides, sidesOfValues } from '../../detectors/index.ts'
import { boundsOf } from '../../detectors/sides-of-counts.ts'
import { cellOf, numericEdges } from '../../profiles/index.ts'
import { momentsOf, rangeOf } from './cell-moments.ts'
import { gammaDraw, multinomial } from './draws.ts'
import type { Next } from './generator.ts'

/** A feature of which nothing changes: draws `reference` and `current` rows of one law, both anew each time. */
export interface World {
  readonly law: string
  /** The moments of its sides are those of the rows; else they are made up and no p-value may rest on them. */
  readonly exactMoments: boolean
  /** Rows are missing at the same rate on both sides. */
  readonly missing: boolean
  draw(reference: number, current: number, next: Next): Sides
}

const none = { reference: 0, current: 0 }

/** A law by its quantile function. */
export type Quantile = (u: number) => number

/** The law of one row: of one uniform number, or of more where that is cheaper. */
export type Law = (u: number, next: Next) => number

/** Over k values or cells: all alike, or each `ratio` times as frequent as the one before. */
export const shares = (k: number, ratio = 1): number[] =>
  Array.from({ length: k }, (_, i) => ratio ** i)

/** Zipf's law: the i-th category is 1 / i as frequent as the first. */
export const zipf = (k: number): number[] => Array.from({ length: k }, (_, i) => 1 / (i + 1))

/** Numbers that repeat: one cell per distinct value, so that moments too can be had from counts. */
export function tied(law: string, values: readonly number[], weights: readonly number[]): World {
  return {
    law,
    exactMoments: true,
    missing: false,
    draw(n, m, next) {
      const [before, now] = [multinomial(n, weights, next), multinomial(m, weights, next)]
      // As of raw values: a value that neither side holds has no cell.
      const held = values.flatMap((_, i) =>
        (before[i] as number) + (now[i] as number) > 0 ? [i] : [],
      )
      const at = Float64Array.from(held, (i) => values[i] as number)
      const reference = Float64Array.from(held, (i) => before[i] as number)
      const current = Float64Array.from(held, (i) => now[i] as number)
      return numeric({ reference, current, low: at, high: at, cells: 'values' })
    },
  }
}

/** Cells that were fixed before either side was drawn. */
export function given(law: string, weights: readonly number[]): World {
  const low = Float64Array.from(weights, (_, i) => i)
  const high = low.map((x) => x + 1)
  return {
    law,
    exactMoments: false,
    missing: false,
    draw: (n, m, next) =>
      numeric({
        reference: multinomial(n, weights, next),
        current: multinomial(m, weights, next),
        low,
        high,
        cells: 'given',
      }),
  }
}

/**
 * Cells whose edges are quantiles of the very reference, of a continuous law. The reference's counts are fixed and
 * the mass between its order statistics has Dirichlet's law, so no row is drawn (Wilks 1962, 8.7).
 * Where the window changed, `below` is the share of it below the reference's quantile u.
 */
export function quantileCells(law: string, quantile: Quantile, below?: Quantile): World {
  const rankOf = new Map<number, Float64Array>()
  return {
    law,
    exactMoments: false,
    missing: false,
    draw(n, m, next) {
      // Which ranks become edges depends on n alone: the edges of the ranks themselves say which.
      const ranks =
        rankOf.get(n) ??
        Float64Array.from(numericEdges(Float64Array.from({ length: n }, (_, i) => i + 1)))
      rankOf.set(n, ranks)
      const k = ranks.length + 1
      const [reference, gaps, edges] = [
        new Float64Array(k),
        new Float64Array(k),
        new Float64Array(k),
      ]
      let [last, whole] = [0, 0]
      for (let i = 0; i < k; i++) {
        const rank = i < k - 1 ? (ranks[i] as number) : n + 1
        gaps[i] = gammaDraw(rank - last, next)
        // An edge is a value of the reference itself and opens the cell behind it.
        reference[i] = rank - last - (i === 0 ? 1 : 0)
        whole += gaps[i] as number
        edges[i] = whole
        last = rank
      }
      const [low, high] = [new Float64Array(k), new Float64Array(k)]
      for (let i = 0; i < k; i++) {
        edges[i] = (edges[i] as number) / whole
        high[i] = quantile(edges[i] as number)
        low[i] = i === 0 ? 0 : (high[i - 1] as number)
      }
      // The outermost cells end about where the outermost rows lie.
      low[0] = quantile((edges[0] as number) / (reference[0] as number))
      high[k - 1] = quantile(1 - (1 - (edges[k - 2] as number)) / (reference[k - 1] as number))
      return numeric({
        reference,
        current: multinomial(
          m,
          below === undefined ? gaps : massesOf(edges.subarray(0, k - 1), below),
          next,
        ),
        low,
        high,
        cells: 'quantiles',
      })
    },
  }
}

/** Rows under a binning that is made of the reference as a profile's is: for features that are partly tied. */
export function binned(law: string, row: Law): World {
  return {
    law,
    exactMoments: false,
    missing: false,
    draw(n, m, next) {
      const before = sample(n, row, next).sort()
      const edges = Float64Array.from(numericEdges(before))
      const now = sample(m, row, next)
      const [reference, current] = [before, now].map((rows) => {
        const counts = new Float64Array(edges.length + 1)
        for (let i = 0; i < rows.length; i++) counts[cellOf(edges, rows[i] as number)]! += 1
        return counts
      }) as [Float64Array, Float64Array]
      const low = Math.min(
        before[0] as number,
        now.reduce((least, x) => Math.min(least, x)),
      )
      const high = Math.max(
        before[n - 1] as number,
        now.reduce((most, x) => Math.max(most, x)),
      )
      return numeric({ reference, current, ...boundsOf(edges, low, high), cells: 'quantiles' })
    },
  }
}

/** Raw rows of a continuous law. */
export const rows = (law: string, row: Law, rowNow = row): World => ({
  law,
  exactMoments: true,
  missing: false,
  draw: (n, m, next) => sidesOfValues('x', sample(n, row, next), sample(m, rowNow, next)),
})

/** Categories; known are those that the reference holds. */
export function categories(law: string, weights: readonly number[], weightsNow = weights): World {
  return {
    law,
    exactMoments: false,
    missing: false,
    draw(n, m, next) {
      const [before, now] = [multinomial(n, weights, next), multinomial(m, weightsNow, next)]
      const known = weights.flatMap((_, i) => ((before[i] as number) > 0 ? [i] : []))
      const unseenCounts = [...now.filter((count, i) => count > 0 && before[i] === 0)]
      const unseen = unseenCounts.reduce((sum, count) => sum + count, 0)
      return {
        kind: 'categorical',
        feature: 'x',
        categories: known.map((i) => `c${i}`),
        reference: Float64Array.from([...known.map((i) => before[i] as number), 0]),
        current: Float64Array.from([...known.map((i) => now[i] as number), unseen]),
        unseen: [],
        unseenCounts,
        missing: none,
      }
    },
  }
}

/** Rows without a value; those that have one are spread over two categories. */
export const missing = (rate: number): World => ({
  law: `${rate * 100} % missing`,
  exactMoments: false,
  missing: true,
  draw(n, m, next) {
    const draw = (size: number) => multinomial(size, [rate, (1 - rate) / 2, (1 - rate) / 2], next)
    const [before, now] = [draw(n), draw(m)]
    return {
      kind: 'categorical',
      feature: 'x',
      categories: ['a', 'b'],
      reference: Float64Array.of(before[1] as number, before[2] as number, 0),
      current: Float64Array.of(now[1] as number, now[2] as number, 0),
      unseen: [],
      missing: { reference: before[0] as number, current: now[0] as number },
    }
  },
})

/** The window's mass in each cell between edges at these quantiles of the reference. */
function massesOf(edges: Float64Array, below: Quantile): Float64Array {
  const masses = new Float64Array(edges.length + 1)
  let passed = 0
  for (let i = 0; i < edges.length; i++) {
    const here = below(edges[i] as number)
    masses[i] = here - passed
    passed = here
  }
  masses[edges.length] = 1 - passed
  return masses
}

const sample = (size: number, law: Law, next: Next): Float64Array => {
  const values = new Float64Array(size)
  // Never 0: a heavy tail has no value there.
  for (let i = 0; i < size; i++) values[i] = law(1 - next(), next)
  return values
}

type Counts = Pick<NumericSides, 'reference' | 'current' | 'low' | 'high' | 'cells'>

const numeric = (counts: Counts): NumericSides => ({
  kind: 'numeric',
  feature: 'x',
  ...counts,
  moments: {
    reference: momentsOf(counts.reference, counts),
    current: momentsOf(counts.current, counts),
  },
  range: { reference: rangeOf(counts.reference, counts), current: rangeOf(counts.current, counts) },
  missing: none,
})
