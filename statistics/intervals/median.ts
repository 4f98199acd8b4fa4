import { binomialSf } from '../beta.ts'

/**
 * Interval of a median whatever the law of the values: between two order statistics, by how many of n values may lie
 * below the median (Conover, Practical Nonparametric Statistics, 1999, 3.2). Of a continuous law its coverage is the
 * level or a little more, of one with ties more. `sorted` rises. Throws a RangeError for fewer values than the level needs.
 */
export function medianInterval(sorted: ArrayLike<number>, level = 0.95): [number, number] {
  const n = sorted.length
  const tail = (1 - level) / 2
  // P(at most k below) = P(at least n - k below), so that one search gives both ends.
  let k = Math.floor(n / 2)
  while (k >= 0 && binomialSf(n - k, n, 0.5) > tail) k--
  if (k < 0) throw new RangeError(`${n} values are too few for an interval of their median`)
  return [sorted[k] as number, sorted[n - 1 - k] as number]
}
