import { logGamma } from './special.ts'

/**
 * Regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1, by Lentz's continued fraction on
 * the side where it converges quickly (Numerical Recipes, 3rd ed., section 6.4). Throws RangeError outside.
 */
export function betaRegularised(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) {
    throw new RangeError(`betaRegularised(${a}, ${b}, ${x}) is outside its domain`)
  }
  if (x === 0 || x === 1) return x
  const front = Math.exp(
    a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b),
  )
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(a, b, x)) / a
    : 1 - (front * fraction(b, a, 1 - x)) / b
}

function fraction(a: number, b: number, x: number): number {
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    result *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    result *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return result
}

const nonZero = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value)

/** P(T >= t) of Student's variable. */
export function studentSf(t: number, degrees: number): number {
  const tail = betaRegularised(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2
  return t < 0 ? 1 - tail : tail
}

/** P(X >= k) of a binomial variable. */
export const binomialSf = (k: number, n: number, p: number): number =>
  k <= 0 ? 1 : k > n ? 0 : betaRegularised(k, n - k + 1, p)
