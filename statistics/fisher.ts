import { deviance, stirlingError } from './gamma.ts'

export interface FisherTest {
  /** Sum of the tables that are not more probable than the observed one. */
  readonly twoSided: number
  /** P(X <= observed) and P(X >= observed) of the first cell. */
  readonly less: number
  readonly greater: number
  /** Sample odds ratio ad / bc; null where bc is 0. */
  readonly oddsRatio: number | null
}

/** Tables of one probability differ in the last digits only. */
const sameProbability = 1e-7

/**
 * Fisher's exact test of the table [[a, b], [c, d]] of whole counts, its margins fixed: the first cell has a
 * hypergeometric law. O(smallest margin).
 */
export function fisherTest(a: number, b: number, c: number, d: number): FisherTest {
  const [n, m, successes] = [a + b, c + d, a + c]
  const observed = logHypergeometric(a, n, m, successes)
  const sums = { twoSided: 0, less: 0, greater: 0 }
  for (let i = Math.max(0, successes - m); i <= Math.min(n, successes); i++) {
    const log = logHypergeometric(i, n, m, successes)
    const probability = Math.exp(log)
    if (log <= observed + sameProbability) sums.twoSided += probability
    if (i <= a) sums.less += probability
    if (i >= a) sums.greater += probability
  }
  return {
    twoSided: Math.min(1, sums.twoSided),
    less: Math.min(1, sums.less),
    greater: Math.min(1, sums.greater),
    oddsRatio: b * c === 0 ? null : (a * d) / (b * c),
  }
}

/** ln P(X = k) of successes draws from n + m, n of them marked, by three binomial laws at one rate. */
export function logHypergeometric(k: number, n: number, m: number, successes: number): number {
  const rate = successes / (n + m)
  return (
    logBinomial(k, n, rate) +
    logBinomial(successes - k, m, rate) -
    logBinomial(successes, n + m, rate)
  )
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
