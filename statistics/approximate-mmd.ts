import { type GroupMeans, groupShuffles } from './group-shuffles.ts'
import { mean, variance } from './mean-variance.ts'
import { medianOfPairs, pairDistances } from './pair-matrix.ts'
import { oneArrangement, orders, type SequentialP, sequentialP } from './permutation.ts'
import { drawFrequencies, featureMeans } from './random-features.ts'

export interface ApproximateMmd {
  /** Squared maximum mean discrepancy without bias: its mean without a change is 0. */
  readonly mmd2: number
  /** Standard error that the choice of frequencies leaves in `mmd2`. */
  readonly frequencyError: number
  /** Standard error that the rows leave in it. */
  readonly rowError: number
  readonly sigma: number
  readonly p: SequentialP
}

/** Groups of rows on the smaller side, and rows of which the median distance is taken. */
const [groupsWanted, medianRows] = [500, 1_000]

/**
 * Maximum mean discrepancy of many rows from random Fourier features: O(rows frequencies width) in time, memory
 * only for means of groups. The first `n` points are the first side; both sides need two rows.
 *
 * The p-value is exact in spite of the approximation: frequencies and sigma do not know the sides, and random
 * groups of equally many rows are exchangeable between the sides where rows are. Up to 1 / 500 of the rows fill no
 * group and are left out.
 */
export function approximateMmd(
  points: Float64Array,
  width: number,
  n: number,
  next: () => number,
  { frequencies = 128, most = 2_000 }: { frequencies?: number; most?: number } = {},
): ApproximateMmd {
  const m = points.length / width - n
  const sigma = medianDistance(points, width, next)
  const drawn = drawFrequencies({ count: frequencies, width, sigma }, next)
  const size = Math.max(1, Math.floor(Math.min(n, m) / groupsWanted))
  const shuffled = (first: number, count: number) => orders(count, next)().map((i) => first + i)
  const x = featureMeans(points, shuffled(0, n), size, drawn)
  const y = featureMeans(points, shuffled(n, m), size, drawn)
  const terms = perFrequency(x, y, size)
  const shuffles = groupShuffles(x, y, next)
  const p = sequentialP(shuffles.observed, shuffles.draw, {
    most,
    least: oneArrangement(x.groups, y.groups),
  })
  return {
    mmd2: mean(terms),
    frequencyError: Math.sqrt(variance(terms) / frequencies),
    rowError: Math.sqrt((p.variance + shuffles.linearVariance) / frequencies ** 2),
    sigma,
    p,
  }
}

/** Median distance of at most 1,000 rows drawn from both sides together. */
function medianDistance(points: Float64Array, width: number, next: () => number): number {
  const rows = orders(points.length / width, next)().subarray(0, medianRows)
  const some = new Float64Array(rows.length * width)
  rows.forEach((row, i) => {
    some.set(points.subarray(row * width, (row + 1) * width), i * width)
  })
  // Where more than half of the pairs are equal, any positive width tells equal from different.
  return medianOfPairs(pairDistances(some, width)) || 1
}

/** The unbiased statistic by each frequency alone: a row's pair of features has length 1, which is taken out. */
function perFrequency(x: GroupMeans, y: GroupMeans, size: number): Float64Array {
  const count = x.mean.length / 2
  const within = (square: number, rows: number) => (rows * square - 1) / (rows - 1)
  return Float64Array.from({ length: count }, (_, f) => {
    const [a, b] = [x.mean[f] as number, x.mean[count + f] as number]
    const [c, d] = [y.mean[f] as number, y.mean[count + f] as number]
    const between = a * c + b * d
    return (
      within(a * a + b * b, x.groups * size) + within(c * c + d * d, y.groups * size) - 2 * between
    )
  })
}
