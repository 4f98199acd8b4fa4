import { normalSf } from './special.ts'
import { total } from './total.ts'

type Counts = ArrayLike<number>

/** Variances of the differences of two histograms' shares, cell by cell, and their covariances. */
export interface ShareVariances {
  readonly cells: number
  of(i: number, j: number): number
}

/** `the same law`: both sides are samples of one law, estimated by all rows; else each side of its own. */
export function shareVariances(
  reference: Counts,
  current: Counts,
  from: 'the same law' | 'two laws',
): ShareVariances {
  const [n, m] = [total(reference), total(current)]
  const share = (i: number) => ((reference[i] as number) + (current[i] as number)) / (n + m)
  const [p, q] =
    from === 'the same law'
      ? [share, share]
      : [(i: number) => (reference[i] as number) / n, (i: number) => (current[i] as number) / m]
  return {
    cells: reference.length,
    of: (i, j) =>
      i === j
        ? (p(i) * (1 - p(i))) / n + (q(i) * (1 - q(i))) / m
        : -(p(i) * p(j)) / n - (q(i) * q(j)) / m,
  }
}

/**
 * The sum of absolute values of normal variables with these variances: mean, variance, and a bound that it exceeds in
 * at most 2.5 % of all cases: 2.4 standard deviations above the mean, exact for two cells (one half-normal variable),
 * too much for more.
 */
export function absoluteNoise({ cells, of }: ShareVariances): {
  mean: number
  variance: number
  bound: number
} {
  const sds = Float64Array.from({ length: cells }, (_, i) => Math.sqrt(of(i, i)))
  const mean = Math.sqrt(2 / Math.PI) * total(sds)
  let variance = 0
  for (let i = 0; i < cells; i++) {
    variance += (sds[i] as number) ** 2 * (1 - 2 / Math.PI)
    for (let j = 0; j < i; j++) {
      const product = (sds[i] as number) * (sds[j] as number)
      if (product === 0) continue
      const r = Math.max(-1, Math.min(1, of(i, j) / product))
      // Covariance of the absolute values of two normal variables of correlation r (Nabeya 1951).
      variance += ((4 * product) / Math.PI) * (Math.sqrt(1 - r * r) + r * Math.asin(r) - 1)
    }
  }
  return { mean, variance, bound: mean + 2.4 * Math.sqrt(variance) }
}

/** What the largest of them reaches half of the time, were they independent. */
export function largestNoise({ cells, of }: ShareVariances): number {
  const sds = Array.from({ length: cells }, (_, i) => Math.sqrt(of(i, i)))
  let [low, high] = [0, 10 * Math.max(...sds)]
  for (let step = 0; step < 60; step++) {
    const x = (low + high) / 2
    const logInside = sds.reduce(
      (sum, sd) => (sd === 0 ? sum : sum + Math.log1p(-2 * normalSf(x / sd))),
      0,
    )
    if (logInside < Math.log(0.5)) low = x
    else high = x
  }
  return (low + high) / 2
}
