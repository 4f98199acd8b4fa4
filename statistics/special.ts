import { gammaP, gammaQ, logGammaQ } from './gamma.ts'
import { normalTail } from './normal-tail.ts'

export { gammaP, gammaQ, logGamma, logGammaQ } from './gamma.ts'

/** P(X >= x) of a chi-square variable. */
export const chiSquareSf = (x: number, degrees: number): number =>
  x <= 0 ? 1 : gammaQ(degrees / 2, x / 2)

/** ln P(X >= x) of a chi-square variable, finite also where the probability is too small for a double. */
export const logChiSquareSf = (x: number, degrees: number): number =>
  x <= 0 ? 0 : logGammaQ(degrees / 2, x / 2)

/** The complementary error function, 2 P(Z >= x sqrt(2)). */
export const erfc = (x: number): number => (x < 0 ? 2 - erfc(-x) : gammaQ(0.5, x * x))

/** P(Z >= z) of a standard normal variable, also far in the tail. */
export const normalSf = (z: number): number => (z < 0 ? 1 - normalTail(-z) : normalTail(z))

/** ln P(Z >= z), finite also where the probability is too small for a double. */
export const logNormalSf = (z: number): number =>
  z < 0 ? Math.log1p(-normalSf(-z)) : Math.log(0.5) + logGammaQ(0.5, (z * z) / 2)

/** Quantile of the standard normal distribution for 0 < p < 1; relative error below 1e-12. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`normalQuantile(${p}) is outside its domain`)
  // The smaller tail keeps its digits, 1 - p would lose them; so does the distance from the middle.
  if (Math.abs(p - 0.5) < 0.2) return Math.sign(p - 0.5) * fromMiddle(Math.abs(p - 0.5))
  return p < 0.5 ? -fromTail(p) : fromTail(1 - p)
}

/** z with P(0 <= Z <= z) = inside, by Newton's steps. */
function fromMiddle(inside: number): number {
  let z = inside * Math.sqrt(2 * Math.PI)
  for (let i = 0; i < 6; i++) z += (inside - 0.5 * gammaP(0.5, (z * z) / 2)) / density(z)
  return z
}

const fromTail = (tail: number): number => normalAtLog(Math.log(tail))

/** z > 0 with ln P(Z >= z) = `target` < ln 0.5, by Newton's steps on the logarithm, which is concave. */
export function normalAtLog(target: number): number {
  if (last.target === target) return last.z
  let z = Math.sqrt(-2 * target)
  for (let i = 0; i < 12; i++) {
    const log = logNormalSf(z)
    // Ratio of tail and density, in logarithms: both may be too small for a double.
    const mills = Math.exp(log + (z * z) / 2) * Math.sqrt(2 * Math.PI)
    const step = (log - target) * mills
    z += step
    if (Math.abs(step) < 1e-15 * z) break
  }
  last = { target, z }
  return z
}

/** The features of a window ask for the same level one after the other. */
let last = { target: Number.NaN, z: 0 }

const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)

/** Kolmogorov's limit law, Q(t) = P(K >= t) = 2 Σ (-1)^(k-1) exp(-2 k² t²); below t = 1 by its dual series. */
export function kolmogorovSf(t: number): number {
  if (t <= 0) return 1
  if (t < 1) {
    // Jacobi's theta transformation converges quickly where the alternating series does not.
    const factor = (-Math.PI * Math.PI) / (8 * t * t)
    let sum = 0
    for (let k = 1; k < 40; k += 2) sum += Math.exp(factor * k * k)
    return Math.min(1, Math.max(0, 1 - (Math.sqrt(2 * Math.PI) / t) * sum))
  }
  let sum = 0
  for (let k = 1; k < 40; k++) {
    const term = Math.exp(-2 * k * k * t * t)
    if (term === 0) break
    sum += k % 2 === 1 ? term : -term
  }
  return Math.min(1, 2 * sum)
}
