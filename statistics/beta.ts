import { deviance, scaledExp, stirlingError } from './gamma.ts'

/**
 * Regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1, by Lentz's continued fraction on
 * the side where it converges quickly (Numerical Recipes, 3rd ed., section 6.4); the density in front of it after
 * Loader (2000). `y` is 1 - x: give it where the caller knows it better than a difference. Throws RangeError
 * outside.
 */
export function betaRegularised(a: number, b: number, x: number, y = 1 - x): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1 && y >= 0 && y <= 1)) {
    throw new RangeError(`betaRegularised(${a}, ${b}, ${x}) is outside its domain`)
  }
  if (x === 0 || y === 0) return x === 0 ? 0 : 1
  return x < (a + 1) / (a + b + 2) ? lower(a, b, x, y) : 1 - lower(b, a, y, x)
}

function lower(a: number, b: number, x: number, y: number): number {
  const n = a + b
  // ln of x^a y^b / (a B(a, b)).
  const log =
    stirlingError(n) -
    stirlingError(a) -
    stirlingError(b) -
    deviance(a, n * x) -
    deviance(b, n * y) +
    0.5 * Math.log(b / (2 * Math.PI * a * n))
  return scaledExp(log, fraction(a, b, x))
}

function fraction(a: number, b: number, x: number): number {
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m < 1_000_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    result *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    result *= d * c
    if (Math.abs(d * c - 1) < 2e-16) break
  }
  return result
}

const nonZero = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value)

/** P(T >= t) of Student's variable. */
export function studentSf(t: number, degrees: number): number {
  const square = t * t
  const tail =
    betaRegularised(degrees / 2, 0.5, degrees / (degrees + square), 1 / (1 + degrees / square)) / 2
  return t < 0 ? 1 - tail : tail
}

/** P(X >= k) of a binomial variable. */
export const binomialSf = (k: number, n: number, p: number): number =>
  k <= 0 ? 1 : k > n ? 0 : betaRegularised(k, n - k + 1, p)
