import { mean, variance } from './mean-variance.ts'
import type { PairMatrix } from './pair-matrix.ts'

/**
 * Variance, to first order, of 2 mean(X, Y) - mean(X, X') - mean(Y, Y') over pairs of different points, of which the
 * first `n` are X: how the points spread in what each of them adds. It vanishes with the change; what is left then is
 * the variance of the null law.
 */
export function linearVariance({ count, values }: PairMatrix, n: number): number {
  const toFirst = new Float64Array(count)
  const toSecond = new Float64Array(count)
  let at = 0
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const value = values[at++] as number
      const ofI = j < n ? toFirst : toSecond
      const ofJ = i < n ? toFirst : toSecond
      ofI[i] = (ofI[i] as number) + value
      ofJ[j] = (ofJ[j] as number) + value
    }
  }
  const m = count - n
  const added = toFirst.map((sum, i) =>
    i < n
      ? 2 * ((toSecond[i] as number) / m - sum / (n - 1))
      : 2 * (sum / n - (toSecond[i] as number) / (m - 1)),
  )
  return variance(added.subarray(0, n)) / n + variance(added.subarray(n)) / m
}

/** Mean over the pairs between the first `n` points and the rest. */
export function meanBetween({ count, values }: PairMatrix, n: number): number {
  let at = 0
  const rows: number[] = []
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let j = i + 1; j < count; j++) {
      const value = values[at++] as number
      if (j >= n) sum += value
    }
    rows.push(sum / (count - n))
  }
  return mean(rows)
}
