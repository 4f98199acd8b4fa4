import { mapPairs, type PairMatrix, type PairSums } from './pair-matrix.ts'

/** exp(-d^2 / (2 sigma^2)) of every pair; a sigma of 0 leaves 1 for equal points and 0 for others. */
export const gaussianKernel = (distances: PairMatrix, sigma: number): PairMatrix =>
  mapPairs(distances, (d) => (d === 0 ? 1 : Math.exp(-0.5 * (d / sigma) ** 2)))

/**
 * Squared maximum mean discrepancy without bias, from sums of kernel values over pairs: may fall below 0; its mean
 * without a change is 0. Gretton et al., Journal of Machine Learning Research 13, 2012, eq. 3. Both sides need
 * two rows.
 */
export const unbiasedMmd2 = ({ first, second, between }: PairSums, n: number, m: number): number =>
  (2 * first) / (n * (n - 1)) + (2 * second) / (m * (m - 1)) - (2 * between) / (n * m)

/** Squared maximum mean discrepancy with every point's pair with itself (kernel value 1): never below 0. Ibid., eq. 5. */
export const biasedMmd2 = ({ first, second, between }: PairSums, n: number, m: number): number =>
  (n + 2 * first) / (n * n) + (m + 2 * second) / (m * m) - (2 * between) / (n * m)

/**
 * Energy statistic 2 E|X-Y| - E|X-X'| - E|Y-Y'| from sums of distances over pairs, each point's distance 0 to
 * itself included (V-statistic): never below 0. Székely and Rizzo, Journal of Statistical Planning and Inference
 * 143, 2013.
 */
export const energy2 = ({ first, second, between }: PairSums, n: number, m: number): number =>
  (2 * between) / (n * m) - (2 * first) / (n * n) - (2 * second) / (m * m)

/** The same over pairs of different rows only: its mean without a change is 0, and it may fall below. */
export const unbiasedEnergy2 = (
  { first, second, between }: PairSums,
  n: number,
  m: number,
): number => (2 * between) / (n * m) - (2 * first) / (n * (n - 1)) - (2 * second) / (m * (m - 1))
