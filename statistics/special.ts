import { gammaln } from 'simple-statistics'

/**
 * Regularised upper incomplete gamma function Q(a, x) for a > 0, x >= 0; relative error below 1e-12, also far in
 * the tail. Series below a + 1, else Lentz's continued fraction (Numerical Recipes, 3rd ed., section 6.2).
 */
export function gammaQ(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) throw new RangeError(`gammaQ(${a}, ${x}) is outside its domain`)
  if (x === 0) return 1
  const scale = Math.exp(-x + a * Math.log(x) - logGamma(a))
  return x < a + 1 ? 1 - scale * lowerSeries(a, x) : scale * upperFraction(a, x)
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; n < 10_000; n++) {
    term *= x / (a + n)
    sum += term
    if (Math.abs(term) < Math.abs(sum) * 1e-17) break
  }
  return sum
}

function upperFraction(a: number, x: number): number {
  const tiny = 1e-300
  let b = x + 1 - a
  let c = 1 / tiny
  let d = 1 / b
  let h = d
  for (let i = 1; i < 10_000; i++) {
    const an = -i * (i - a)
    b += 2
    d = 1 / nonZero(an * d + b, tiny)
    c = nonZero(b + an / c, tiny)
    const delta = d * c
    h *= delta
    if (Math.abs(delta - 1) < 1e-16) break
  }
  return h
}

const nonZero = (value: number, tiny: number) => (Math.abs(value) < tiny ? tiny : value)

/** ln Γ(x) for x > 0: Stirling's series above 12, by recurrence below; relative error below 1e-14. */
export function logGamma(x: number): number {
  if (x < 12) return x > 0 ? logGamma(x + 1) - Math.log(x) : gammaln(x)
  const inverse = 1 / (x * x)
  const series =
    (1 / 12 -
      inverse *
        (1 / 360 -
          inverse *
            (1 / 1260 - inverse * (1 / 1680 - inverse * (1 / 1188 - (inverse * 691) / 360360))))) /
    x
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series
}

/** P(X >= x) of a chi-square variable. */
export const chiSquareSf = (x: number, degrees: number): number =>
  x <= 0 ? 1 : gammaQ(degrees / 2, x / 2)

/** P(Z >= z) of a standard normal variable, also far in the tail. */
export const normalSf = (z: number): number =>
  z < 0 ? 1 - normalSf(-z) : 0.5 * gammaQ(0.5, (z * z) / 2)

/**
 * Quantile of the standard normal distribution for 0 < p < 1: bisection of the tail, then Newton's steps; error
 * below 1e-12.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`normalQuantile(${p}) is outside its domain`)
  // The smaller tail keeps its digits: 1 - p would lose them.
  return p < 0.5 ? -upperQuantile(p) : upperQuantile(1 - p)
}

function upperQuantile(tail: number): number {
  let low = 0
  let high = 40
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (normalSf(middle) > tail) low = middle
    else high = middle
  }
  const z = (low + high) / 2
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  return z + (normalSf(z) - tail) / density
}

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
  for (let k = 1; k < 40; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * t * t)
  return Math.min(1, Math.max(0, 2 * sum))
}
