/**
 * ζ(k) - 1 by the Euler-Maclaurin formula from 24 terms; relative error near 1e-16.
 */
function zetaLessOne(k: number): number {
  const last = 24
  let sum =
    last ** (1 - k) / (k - 1) +
    last ** -k / 2 +
    (k * last ** (-k - 1)) / 12 -
    (k * (k + 1) * (k + 2) * last ** (-k - 3)) / 720 +
    (k * (k + 1) * (k + 2) * (k + 3) * (k + 4) * last ** (-k - 5)) / 30240
  for (let i = last - 1; i > 1; i--) sum += i ** -k
  return sum
}

const eulerGamma = 0.5772156649015329
/** (-1)^k (ζ(k) - 1) / k from k = 2 on. */
const zetaTerms = Array.from({ length: 30 }, (_, i) => {
  const k = i + 2
  return ((k % 2 === 0 ? 1 : -1) * zetaLessOne(k)) / k
})

/**
 * ln Γ(x) for x > 0, relative error below 1e-13, also next to its zeros at 1 and 2: Stirling's series above 12,
 * the series at 2 (Abramowitz and Stegun 1964, 6.1.33) from 1.5 to 2.5, recurrence elsewhere. Throws RangeError
 * for x <= 0.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma(${x}) is outside its domain`)
  if (x > 12) return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + stirlingSeries(x)
  if (x < 0.5) return nearTwo(x) - Math.log1p(x) - Math.log(x)
  if (x < 1.5) return nearTwo(x - 1) - Math.log1p(x - 1)
  let product = 1
  let at = x
  while (at > 2.5) {
    at -= 1
    product *= at
  }
  return nearTwo(at - 2) + Math.log(product)
}

/** ln Γ(2 + z) for -0.5 <= z <= 0.5. */
function nearTwo(z: number): number {
  let sum = 0
  for (let i = zetaTerms.length - 1; i >= 0; i--) sum = sum * z + (zetaTerms[i] as number)
  return z * (1 - eulerGamma) + z * z * sum
}

function stirlingSeries(x: number): number {
  const inverse = 1 / (x * x)
  return (
    (1 / 12 -
      inverse *
        (1 / 360 -
          inverse *
            (1 / 1260 -
              inverse *
                (1 / 1680 - inverse * (1 / 1188 - inverse * (691 / 360360 - inverse / 156)))))) /
    x
  )
}

/** ln Γ(x + 1) less Stirling's leading terms, (x + 1/2) ln x - x + ln sqrt(2 pi); for x > 0. */
export const stirlingError = (x: number): number =>
  x > 12
    ? stirlingSeries(x)
    : logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - 0.5 * Math.log(2 * Math.PI)

/**
 * x ln(x / mean) + mean - x without cancellation (Loader 2000, "Fast and accurate computation of binomial
 * probabilities"): what keeps densities right where x and mean are both large.
 */
export function deviance(x: number, mean: number): number {
  if (x === 0) return mean
  const ratio = (x - mean) / (x + mean)
  if (Math.abs(ratio) >= 0.5) return x * Math.log(x / mean) + mean - x
  const square = ratio * ratio
  let term = 2 * x * ratio
  let sum = (x - mean) * ratio
  for (let k = 3; k < 200; k += 2) {
    term *= square
    const next = sum + term / k
    if (next === sum) break
    sum = next
  }
  return sum
}

/** ln of x^a e^-x / Γ(a + 1). */
const logFront = (a: number, x: number): number =>
  a < 10
    ? a * Math.log(x) - x - logGamma(a + 1)
    : -stirlingError(a) - deviance(a, x) - 0.5 * Math.log(2 * Math.PI * a)

/**
 * Regularised upper incomplete gamma function Q(a, x) for a > 0, x >= 0; relative error below 1e-12 (a and x up
 * to 1e4; 1e-9 up to 1e7), also far in the tail. Series below a + 1, else Lentz's continued fraction (Numerical
 * Recipes, 3rd ed., section 6.2). Below a = 0.1 the error grows as 1e-16 / a.
 */
export function gammaQ(a: number, x: number): number {
  checkDomain('gammaQ', a, x)
  if (x === 0) return 1
  if (x === Number.POSITIVE_INFINITY) return 0
  return x < a + 1
    ? 1 - Math.exp(logFront(a, x)) * lowerSeries(a, x)
    : scaledExp(logFront(a, x), a * upperFraction(a, x))
}

/** Regularised lower incomplete gamma function P(a, x) = 1 - Q(a, x), right also where it is tiny. */
export function gammaP(a: number, x: number): number {
  checkDomain('gammaP', a, x)
  if (x === 0) return 0
  if (x === Number.POSITIVE_INFINITY) return 1
  return x < a + 1 ? scaledExp(logFront(a, x), lowerSeries(a, x)) : 1 - gammaQ(a, x)
}

/** ln Q(a, x), finite also where Q itself is too small for a double. */
export function logGammaQ(a: number, x: number): number {
  checkDomain('logGammaQ', a, x)
  if (x < a + 1) return Math.log1p(-gammaP(a, x))
  return logFront(a, x) + Math.log(a * upperFraction(a, x))
}

/** e^log times factor, rounded once where the result has fewer digits than a normal double. */
export const scaledExp = (log: number, factor: number): number =>
  log > -600 ? Math.exp(log) * factor : Math.exp(log + 200) * factor * Math.exp(-200)

function checkDomain(name: string, a: number, x: number): void {
  if (!(a > 0) || !(x >= 0)) throw new RangeError(`${name}(${a}, ${x}) is outside its domain`)
}

/** P(a, x) / (x^a e^-x / Γ(a + 1)). */
function lowerSeries(a: number, x: number): number {
  let term = 1
  let sum = 1
  for (let n = 1; n < 1_000_000; n++) {
    term *= x / (a + n)
    sum += term
    if (term < sum * 1e-17) break
  }
  return sum
}

/** Q(a, x) / (x^a e^-x / Γ(a)). */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let h = d
  for (let i = 1; i < 1_000_000; i++) {
    const an = -i * (i - a)
    b += 2
    d = 1 / nonZero(an * d + b)
    c = nonZero(b + an / c)
    const delta = d * c
    h *= delta
    if (Math.abs(delta - 1) < 2e-16) break
  }
  return h
}

const nonZero = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value)
