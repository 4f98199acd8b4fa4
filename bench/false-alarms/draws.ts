import { logGamma } from '../../statistics/gamma.ts'
import { gauss, type Next } from './generator.ts'

/** Successes of n trials: by inversion where few are expected, else by Hörmann's rejection (J. Stat. Comput. Simul. 46, 1993). */
export function binomial(n: number, p: number, next: Next): number {
  if (n <= 0 || p <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - binomial(n, 1 - p, next)
  return n * p < 10 ? fewSuccesses(n, p, next) : manySuccesses(n, p, next)
}

function fewSuccesses(n: number, p: number, next: Next): number {
  const odds = p / (1 - p)
  let k = 0
  let density = Math.exp(n * Math.log1p(-p))
  let u = next()
  while (u > density && k < n) {
    u -= density
    k++
    density *= (odds * (n - k + 1)) / k
  }
  return k
}

function manySuccesses(n: number, p: number, next: Next): number {
  const spread = Math.sqrt(n * p * (1 - p))
  const b = 1.15 + 2.53 * spread
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const accepted = 0.92 - 4.2 / b
  const mode = Math.floor((n + 1) * p)
  for (;;) {
    const u = next() - 0.5
    const v = next()
    const side = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / side + b) * u + n * p + 0.5)
    if (side >= 0.07 && v <= accepted) return k
    if (!(k >= 0 && k <= n)) continue
    const level = Math.log((v * (2.83 + 5.1 / b) * spread) / (a / (side * side) + b))
    const density =
      logGamma(mode + 1) +
      logGamma(n - mode + 1) -
      logGamma(k + 1) -
      logGamma(n - k + 1) +
      (k - mode) * Math.log(p / (1 - p))
    if (level <= density) return k
  }
}

/** Counts of n rows over cells of these weights (their sum is `whole`). */
export function multinomial(n: number, weights: ArrayLike<number>, next: Next): Float64Array {
  const counts = new Float64Array(weights.length)
  let whole = 0
  for (let i = 0; i < weights.length; i++) whole += weights[i] as number
  let left = n
  for (let i = 0; i < weights.length - 1 && left > 0; i++) {
    const weight = weights[i] as number
    counts[i] = binomial(left, Math.min(1, weight / whole), next)
    left -= counts[i] as number
    whole -= weight
  }
  counts[weights.length - 1] = left
  return counts
}

/** Sum of `shape` standard exponentials, shape >= 1 (Marsaglia and Tsang, ACM TOMS 26, 2000). */
export function gammaDraw(shape: number, next: Next): number {
  if (shape === 1) return -Math.log(1 - next())
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = gauss(next)
    const v = (1 + c * x) ** 3
    if (v <= 0) continue
    if (Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/**
 * How many of `size` rows are among n drawn from `rows`, from the mode outwards: the counts of one cell when the
 * labels of all pooled rows are shuffled.
 */
export function hypergeometric(size: number, n: number, rows: number, next: Next): number {
  const low = Math.max(0, n - (rows - size))
  const high = Math.min(size, n)
  if (low === high) return low
  if (size === 1) return next() < n / rows ? 1 : 0
  const mode = Math.min(high, Math.max(low, Math.floor(((size + 1) * (n + 1)) / (rows + 2))))
  const peak = Math.exp(choose(size, mode) + choose(rows - size, n - mode) - choose(rows, n))
  const up = (k: number) => ((size - k) * (n - k)) / ((k + 1) * (rows - size - n + k + 1))
  let [above, below] = [mode, mode]
  let [right, left] = [peak, peak]
  for (let u = next() - peak; u > 0; ) {
    if (above === high && below === low) return mode
    if (above < high) {
      right *= up(above++)
      u -= right
      if (u <= 0) return above
    }
    if (below > low) {
      left /= up(--below)
      u -= left
      if (u <= 0) return below
    }
  }
  return mode
}

const choose = (a: number, b: number) => logGamma(a + 1) - logGamma(b + 1) - logGamma(a - b + 1)
