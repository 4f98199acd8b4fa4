import { deviance } from './gamma.ts'

/**
 * A distance of two histograms that is a sum over cells, or the largest of them: what its law under no change needs.
 * `term` takes the rows of both sides in one cell and the sides' sizes; it is never negative, and 0 for equal shares.
 */
export interface CellDistance {
  readonly name: string
  readonly join: 'sum' | 'largest'
  term(reference: number, current: number, n: number, m: number): number
}

/** Half a row, where a share of zero would make a ratio infinite. */
const orHalf = (count: number): number => (count > 0 ? count : 0.5)

/** Σ (q - p) ln(q / p); a cell that is empty on one side counts as half a row there. */
export const stabilityTerms: CellDistance = {
  name: 'stability index',
  join: 'sum',
  term(reference, current, n, m) {
    if (reference === 0 && current === 0) return 0
    const p = orHalf(reference) / n
    const q = orHalf(current) / m
    return (q - p) * Math.log(q / p)
  },
}

/**
 * Σ p ln(p / q) - p + q, in nats. The last two sum to zero, and make every term positive; a cell that is empty in the
 * window only counts as half a row there.
 */
export const kullbackLeiblerTerms: CellDistance = {
  name: 'Kullback-Leibler',
  join: 'sum',
  term(reference, current, n, m) {
    if (reference === 0) return current / m
    return deviance(reference / n, orHalf(current) / m)
  },
}

/** Jensen-Shannon divergence in nats: the mean divergence of both sides from the middle. */
export const jensenShannonTerms: CellDistance = {
  name: 'Jensen-Shannon',
  join: 'sum',
  term(reference, current, n, m) {
    const p = reference / n
    const q = current / m
    const middle = (p + q) / 2
    return middle === 0 ? 0 : (deviance(p, middle) + deviance(q, middle)) / 2
  },
}

/** Pearson's chi-square of the two rows of a table: the sum over both sides of (observed - expected)² / expected. */
export const pearsonTerms: CellDistance = {
  name: 'chi-square',
  join: 'sum',
  term: (reference, current, n, m) =>
    reference + current === 0
      ? 0
      : (reference * m - current * n) ** 2 / (n * m * (reference + current)),
}

/** The likelihood-ratio statistic G of such a table, 2 Σ O ln(O / E). */
export const likelihoodTerms: CellDistance = {
  name: 'G',
  join: 'sum',
  term(reference, current, n, m) {
    const rate = (reference + current) / (n + m)
    return rate === 0 ? 0 : 2 * (deviance(reference, n * rate) + deviance(current, m * rate))
  },
}

/** Squared Hellinger distance, Σ (√p - √q)² / 2 = 1 - Σ √(pq). */
export const hellingerTerms: CellDistance = {
  name: 'squared Hellinger',
  join: 'sum',
  term: (reference, current, n, m) => (Math.sqrt(reference / n) - Math.sqrt(current / m)) ** 2 / 2,
}

/** Half the sum of absolute differences of shares. */
export const totalVariationTerms: CellDistance = {
  name: 'total variation',
  join: 'sum',
  term: (reference, current, n, m) => Math.abs(reference / n - current / m) / 2,
}

/** Largest absolute difference of one share. */
export const largestDifferenceTerms: CellDistance = {
  name: 'largest difference',
  join: 'largest',
  term: (reference, current, n, m) => Math.abs(reference / n - current / m),
}

/** The distance of two histograms over the same cells, n and m rows together. */
export function cellDistance(
  { join, term }: CellDistance,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  n: number,
  m: number,
): number {
  let joined = 0
  for (let i = 0; i < reference.length; i++) {
    const value = term(reference[i] as number, current[i] as number, n, m)
    joined = join === 'sum' ? joined + value : Math.max(joined, value)
  }
  return joined
}
