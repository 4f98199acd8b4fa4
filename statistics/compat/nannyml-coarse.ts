import { evenEdges, histogram } from './numpy-histogram.ts'

type Values = ArrayLike<number>

const bins = 10_000

/**
 * The Kolmogorov-Smirnov distance as NannyML 0.13.1 takes it for a large reference: at the ends of 10,000 bins of
 * equal width. One outlier makes the bins so wide that nothing is seen any more.
 */
export function coarseKolmogorovSmirnov(reference: Values) {
  const edges = evenEdges(reference, bins)
  const before = running(reference, edges)
  return (chunk: Values) => {
    const now = running(chunk, edges)
    const lower = Array.from(chunk).filter((value) => value < (edges[0] as number)).length
    const start = lower / chunk.length
    return { value: now.reduce((most, f, i) => Math.max(most, gap(before, i, start + f)), 0) }
  }
}

/** The Wasserstein distance over the same bins, with terms of its own for rows outside them. */
export function coarseWasserstein(reference: Values) {
  const edges = evenEdges(reference, bins)
  const [low, high] = [edges[0] as number, edges[bins] as number]
  const width = (edges[1] as number) - low
  const before = running(reference, edges)
  return (chunk: Values) => {
    const sorted = Float64Array.from(chunk).sort()
    const smaller = sorted.filter((value) => value < low)
    const bigger = sorted.filter((value) => value > high)
    // One row too many on either side, as there: the edge counts as a row.
    const below = smaller.length > 0 ? (smaller.length + 1) / chunk.length : 0
    const above = bigger.length > 0 ? (bigger.length + 1) / chunk.length : 0
    const now = running(chunk, edges)
    const within = now.reduce((sum, f, i) => sum + gap(before, i, f + below) * width, 0)
    const left = area([...smaller, low], (share) => share)
    const right = area([high, ...bigger], (share) => 1 - share)
    return { value: within + left * below + right * above }
  }
}

const gap = (before: Float64Array, i: number, share: number) =>
  Math.abs((before[i] as number) - share)

/** Share of rows up to the end of each bin. */
function running(values: Values, edges: Float64Array): Float64Array {
  let sum = 0
  return histogram(values, edges).map((count) => {
    sum += count / values.length
    return sum
  })
}

/** Area under a term of the distribution function of sorted values. */
function area(sorted: readonly number[], term: (share: number) => number): number {
  let sum = 0
  for (let i = 0; i + 1 < sorted.length; i++) {
    sum += term((i + 1) / sorted.length) * ((sorted[i + 1] as number) - (sorted[i] as number))
  }
  return sum
}
