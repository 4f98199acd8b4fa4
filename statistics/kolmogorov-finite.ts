import { deviance, stirlingError } from './gamma.ts'

/**
 * P(D >= x) of the one-sample Kolmogorov statistic of n values. Which method is used where follows Simard and
 * L'Ecuyer (Journal of Statistical Software 39, 2011) with the limits of scipy's `kstwo`: exact below 141 values
 * and wherever the two sides cannot both be crossed, else Pelz and Good's expansion (relative error below 1e-5).
 */
export function kolmogorovFiniteSf(x: number, n: number): number {
  if (!(Number.isInteger(n) && n > 0) || Number.isNaN(x)) {
    throw new RangeError(`kolmogorovFiniteSf(${x}, ${n}) is outside its domain`)
  }
  if (x >= 1) return 0
  const reach = n * x
  if (reach <= 0.5) return 1
  if (reach <= 1) {
    // Ruben and Gambino 1982: n! / n^n (2nx - 1)^n.
    return 1 - Math.exp(logFactorialRatio(n) + n * Math.log(2 * reach - 1))
  }
  if (reach >= n - 1) return 2 * (1 - x) ** n
  const square = reach * x
  // Beyond 370 the value, 1e-321, has no digits left.
  if (n > 140 && square >= 370) return 0
  if (x >= 0.5 || (n <= 140 ? square > 4 : square >= 2.2)) return Math.min(1, 2 * smirnovSf(x, n))
  const below =
    n <= 140 || (n <= 100_000 && n * x ** 1.5 <= 1.4) ? durbinMatrix(x, n) : pelzGood(x, n)
  return Math.min(1, Math.max(0, 1 - below))
}

/** ln (n! / n^n). */
const logFactorialRatio = (n: number) => -n + 0.5 * Math.log(2 * Math.PI * n) + stirlingError(n)

/**
 * P(D+ >= x), Smirnov's one-sided statistic of n values: the finite sum of Birnbaum and Tingey (Annals of
 * Mathematical Statistics 22, 1951), as binomial densities; above a million values the expansion of Maag and
 * Dicaire (Biometrika 58, 1971).
 */
export function smirnovSf(x: number, n: number): number {
  if (x <= 0) return 1
  if (x >= 1) return 0
  if (n > 1_000_000) return Math.exp(-((6 * n * x + 1) ** 2) / (18 * n))
  let sum = (1 - x) ** n
  const last = Math.floor(n * (1 - x))
  const whole = stirlingError(n)
  for (let j = 1; j <= last && j < n; j++) {
    const p = x + j / n
    const rest = n - j
    if (p >= 1) break
    const log =
      whole -
      stirlingError(j) -
      stirlingError(rest) -
      deviance(j, n * p) -
      deviance(rest, n * (1 - p)) +
      0.5 * Math.log(n / (2 * Math.PI * j * rest))
    sum += (Math.exp(log) * x) / p
  }
  return sum
}

/** P(D < x), exact: Durbin's matrix as Marsaglia, Tsang and Wang raise it to the n-th power (J. Stat. Softw. 8, 2003). */
function durbinMatrix(x: number, n: number): number {
  const k = Math.ceil(n * x)
  const size = 2 * k - 1
  const h = k - n * x
  const base = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= Math.min(i + 1, size - 1); j++) base[i * size + j] = 1
  }
  for (let i = 0; i < size; i++) {
    base[i * size] = (base[i * size] as number) - h ** (i + 1)
    const corner = (size - 1) * size + i
    base[corner] = (base[corner] as number) - h ** (size - i)
  }
  if (2 * h > 1) base[(size - 1) * size] = (base[(size - 1) * size] as number) + (2 * h - 1) ** size
  for (let i = 0; i < size; i++) {
    let factorial = 1
    for (let j = i; j >= 0; j--) {
      factorial *= i - j + 1
      base[i * size + j] = (base[i * size + j] as number) / factorial
    }
  }
  const { matrix, log } = power(base, size, n)
  const middle = matrix[(k - 1) * size + k - 1] as number
  return middle <= 0 ? 0 : Math.exp(Math.log(middle) + log + logFactorialRatio(n))
}

/** base^n as a matrix of ordinary size and the logarithm of what was taken out of it. */
function power(base: Float64Array, size: number, n: number) {
  let square = base
  let squareLog = 0
  let matrix: Float64Array | null = null
  let log = 0
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      matrix = matrix === null ? square.slice() : product(matrix, square, size)
      log += squareLog + normalise(matrix)
    }
    if (rest > 1) {
      square = product(square, square, size)
      squareLog = 2 * squareLog + normalise(square)
    }
  }
  return { matrix: matrix as Float64Array, log }
}

function product(left: Float64Array, right: Float64Array, size: number): Float64Array {
  const result = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let l = 0; l < size; l++) {
      const factor = left[i * size + l] as number
      if (factor === 0) continue
      for (let j = 0; j < size; j++) {
        result[i * size + j] =
          (result[i * size + j] as number) + factor * (right[l * size + j] as number)
      }
    }
  }
  return result
}

/** Divides by the largest entry; returns its logarithm. */
function normalise(matrix: Float64Array): number {
  const largest = matrix.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0)
  for (let i = 0; i < matrix.length; i++) matrix[i] = (matrix[i] as number) / largest
  return Math.log(largest)
}

/** P(D < x) by the expansion in powers of 1 / sqrt(n) of Pelz and Good (J. R. Stat. Soc. B 38, 1976). */
function pelzGood(x: number, n: number): number {
  const z = Math.sqrt(n) * x
  const z2 = z * z
  const z4 = z2 * z2
  const z6 = z4 * z2
  const pi2 = Math.PI * Math.PI
  const pi4 = pi2 * pi2
  const sums = [0, 0, 0, 0] as [number, number, number, number]
  for (let k = Math.ceil((16 * z) / Math.PI); k >= 1; k--) {
    const odd2 = (2 * k - 1) ** 2
    const weight = Math.exp((-pi2 * odd2) / (8 * z2))
    sums[0] += weight
    sums[1] += weight * (-z2 + (pi2 / 4) * odd2)
    sums[2] +=
      weight *
      (6 * z6 +
        2 * z4 +
        (((2 * z4 - 5 * z2) * pi2) / 4) * odd2 +
        ((pi4 * (1 - 2 * z2)) / 16) * odd2 ** 2)
    sums[3] +=
      weight *
      (-30 * z6 -
        90 * z4 * z4 +
        ((pi2 * (135 * z4 - 96 * z6)) / 4) * odd2 +
        ((pi4 * (-60 * z2 + 212 * z4)) / 16) * odd2 ** 2 +
        ((pi4 * pi2 * (5 - 30 * z2)) / 64) * odd2 ** 3)
  }
  let second = 0
  let third = 0
  for (let k = Math.ceil((16 * z) / Math.PI); k >= 1; k--) {
    const weight = Math.exp((-pi2 * k * k) / (2 * z2)) * k * k
    second += weight
    third += weight * (3 * z2 - pi2 * k * k)
  }
  const root = Math.sqrt(2 * Math.PI)
  const terms = [
    sums[0] / z,
    sums[1] / (6 * z4),
    sums[2] / (72 * z6 * z) - (pi2 * second) / (36 * z2 * z),
    sums[3] / (6480 * z6 * z4) + (pi2 * third) / (216 * z6),
  ]
  return terms.reduce((total, term, i) => total + (root * term) / n ** (i / 2), 0)
}
