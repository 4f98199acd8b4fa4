import { deviance, stirlingError } from './gamma.ts'

/** `hits` of all n + m rows are drawn without replacement: how many of them are among the first n. */
export interface HitsOfSample {
  readonly n: number
  readonly m: number
  readonly hits: number
}

/** Fewest and most hits that the first n rows can hold. */
export const rangeOfHits = ({ n, m, hits }: HitsOfSample): readonly [number, number] => [
  Math.max(0, hits - m),
  Math.min(n, hits),
]

/** ln P(X = k) of a hypergeometric count, by three binomial laws at one rate. */
export function logHypergeometric(k: number, { n, m, hits }: HitsOfSample): number {
  const rate = hits / (n + m)
  return logBinomial(k, n, rate) + logBinomial(hits - k, m, rate) - logBinomial(hits, n + m, rate)
}

/** P(X = k + 1) / P(X = k). */
export const hypergeometricRatio = (k: number, { n, m, hits }: HitsOfSample): number =>
  ((hits - k) * (n - k)) / ((k + 1) * (m - hits + k + 1))

/**
 * ln P(X >= k) for `side` 1 and ln P(X <= k) for -1, summed term by term from k on; right also far below the smallest
 * double. The terms fall away from the mean, so that a few standard deviations of them are enough.
 */
export function logHypergeometricTail(k: number, side: 1 | -1, sample: HitsOfSample): number {
  const [fewest, most] = rangeOfHits(sample)
  if (side === 1 ? k > most : k < fewest) return Number.NEGATIVE_INFINITY
  if (side === 1 ? k <= fewest : k >= most) return 0
  const { n, m, hits } = sample
  const mean = (hits * n) / (n + m)
  // Towards the mean the terms would grow: the other tail is the small one.
  if (side * (k - mean) < 0) {
    return Math.log1p(-Math.exp(logHypergeometricTail(k - side, side === 1 ? -1 : 1, sample)))
  }
  let [sum, term] = [1, 1]
  for (let at = k; at !== (side === 1 ? most : fewest); at += side) {
    term *= side === 1 ? hypergeometricRatio(at, sample) : 1 / hypergeometricRatio(at - 1, sample)
    sum += term
    if (term < 1e-17 * sum) break
  }
  return Math.min(0, logHypergeometric(k, sample) + Math.log(sum))
}

/** ln(e^a + e^b), at most 0. */
export function logOfEither(a: number, b: number): number {
  const [large, small] = a > b ? [a, b] : [b, a]
  return large === Number.NEGATIVE_INFINITY
    ? large
    : Math.min(0, large + Math.log1p(Math.exp(small - large)))
}

/** ln P(X = k) of n trials, by the saddle-point expansion of Loader (2000): no large logarithms cancel. */
function logBinomial(k: number, n: number, rate: number): number {
  if (k === 0) return rate === 1 ? (n === 0 ? 0 : Number.NEGATIVE_INFINITY) : n * Math.log1p(-rate)
  if (k === n) return rate === 0 ? Number.NEGATIVE_INFINITY : n * Math.log(rate)
  return (
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, n * rate) -
    deviance(n - k, n * (1 - rate)) +
    0.5 * Math.log(n / (2 * Math.PI * k * (n - k)))
  )
}
