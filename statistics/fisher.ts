import {
  type HitsOfSample,
  logHypergeometric,
  logHypergeometricTail,
  logOfEither,
  rangeOfHits,
} from './hypergeometric.ts'

export interface FisherTest {
  /** Sum of the tables that are not more probable than the observed one. */
  readonly twoSided: number
  /** ln of it, finite also where it is too small for a double. */
  readonly logTwoSided: number
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
 * hypergeometric law. Time grows with the standard deviation of that cell.
 */
export function fisherTest(a: number, b: number, c: number, d: number): FisherTest {
  const sample = { n: a + b, m: c + d, hits: a + c }
  const less = logHypergeometricTail(a, -1, sample)
  const greater = logHypergeometricTail(a, 1, sample)
  const side = less <= greater ? -1 : 1
  const other = asImprobable(a, side === -1 ? 1 : -1, sample)
  const log = logOfEither(
    Math.min(less, greater),
    other === null
      ? Number.NEGATIVE_INFINITY
      : logHypergeometricTail(other, side === -1 ? 1 : -1, sample),
  )
  const logTwoSided = isMode(a, sample) ? 0 : log
  return {
    twoSided: Math.exp(logTwoSided),
    logTwoSided,
    less: Math.exp(less),
    greater: Math.exp(greater),
    oddsRatio: b * c === 0 ? null : (a * d) / (b * c),
  }
}

/** No table is more probable. */
const isMode = (a: number, sample: HitsOfSample): boolean => {
  const [fewest, most] = rangeOfHits(sample)
  const observed = logHypergeometric(a, sample) + sameProbability
  return [a - 1, a + 1].every(
    (k) => k < fewest || k > most || logHypergeometric(k, sample) <= observed,
  )
}

/** The nearest count on the other side of the mode that is not more probable; null where there is none. */
function asImprobable(a: number, side: 1 | -1, sample: HitsOfSample): number | null {
  const { n, m, hits } = sample
  const [fewest, most] = rangeOfHits(sample)
  const mode = Math.floor(((n + 1) * (hits + 1)) / (n + m + 2))
  const observed = logHypergeometric(a, sample) + sameProbability
  const holds = (k: number) => logHypergeometric(k, sample) <= observed
  let [inside, outside] = [mode, side === 1 ? most : fewest]
  if (outside === a || !holds(outside)) return null
  while (Math.abs(outside - inside) > 1) {
    const middle = Math.floor((inside + outside) / 2)
    if (holds(middle)) outside = middle
    else inside = middle
  }
  return outside
}
