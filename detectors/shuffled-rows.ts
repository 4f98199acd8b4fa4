import { type PairMatrix, type PairSums, pairSums, pairTotals } from '../statistics/pair-matrix.ts'
import { linearVariance } from '../statistics/pair-spread.ts'
import { oneArrangement, orders, type SequentialP, sequentialP } from '../statistics/permutation.ts'

export interface ShuffledRows {
  readonly observed: number
  /** Standard error of `observed`: what the rows leave, and what shuffling shows. */
  readonly error: number
  readonly p: SequentialP
}

/** Holds a statistic of a pair matrix, of which the first `n` points are the reference's, against shuffled sides. */
export function shuffledPairs(
  matrix: PairMatrix,
  n: number,
  {
    statistic,
    most,
    next,
  }: {
    statistic: (sums: PairSums) => number
    most: number
    next: () => number
  },
): ShuffledRows {
  const m = matrix.count - n
  const totals = pairTotals(matrix)
  // The smaller side is summed, so the statistic is told which one that is.
  const order = orders(matrix.count, next)
  const first = Uint32Array.from({ length: n }, (_, i) => i)
  const observed = statistic(pairSums(matrix, totals, first))
  const draw = () => {
    const shuffled = order()
    return statistic(
      n <= m
        ? pairSums(matrix, totals, shuffled.subarray(0, n))
        : swapped(pairSums(matrix, totals, shuffled.subarray(n))),
    )
  }
  const p = sequentialP(observed, draw, { most, least: oneArrangement(n, m) })
  return { observed, error: Math.sqrt(linearVariance(matrix, n) + p.variance), p }
}

const swapped = ({ first, second, between }: PairSums): PairSums => ({
  first: second,
  second: first,
  between,
})

/** Square roots of an estimate and of its 95 % interval; what lies below 0 is 0. */
export function rootInterval(square: number, error: number): [number, number, number] {
  const root = (value: number) => Math.sqrt(Math.max(0, value))
  return [root(square), root(square - 1.96 * error), root(square + 1.96 * error)]
}
