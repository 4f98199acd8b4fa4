import { cellQuantile } from './cell-quantile.ts'
import { orderedCells } from './ordered-cells.ts'
import { chiSquareSf } from './special.ts'
import { symmetricEigen } from './symmetric-eigen.ts'
import { total } from './total.ts'
import type { ValueCells } from './transport.ts'

/** Where the characteristic functions are compared, in semi-interquartile ranges of all values. */
const points = [0.4, 0.8]
/** Cosines and sines at the points. */
const size = 2 * points.length

export interface EppsSingleton {
  readonly statistic: number
  readonly degrees: number
  readonly p: number
  /** Smallest eigenvalue of the covariance over its largest: about 0 where the values are too few to fill it. */
  readonly condition: number
}

/**
 * The two-sample test of Epps and Singleton (1986): empirical characteristic functions at two points, with the
 * small-sample correction where both sides hold fewer than 25 values. Its chi-square law holds for continuous and
 * discrete values alike. Throws RangeError below 5 values a side and where half of all values are one.
 */
export const eppsSingleton = (x: ArrayLike<number>, y: ArrayLike<number>): EppsSingleton =>
  eppsSingletonCells(orderedCells(x, y))

/** The same of counts over distinct values, in order. */
export function eppsSingletonCells({ values, reference, current }: ValueCells): EppsSingleton {
  const [n, m] = [total(reference), total(current)]
  if (n < 5 || m < 5) throw new RangeError('Epps-Singleton needs 5 values on each side')
  const all = Float64Array.from(values, (_, i) => (reference[i] as number) + (current[i] as number))
  const at = (share: number) => cellQuantile(values, all, share)
  // Halves, since the difference of two doubles may not be one.
  const sigma = at(0.75) / 2 - at(0.25) / 2
  if (!(sigma > 0)) throw new RangeError('half of all values are one: they have no spread')
  const left = waves(values, reference, sigma)
  const right = waves(values, current, sigma)
  const covariance = left.covariance.map((row, i) =>
    row.map((value, j) => ((n + m) / n) * value + ((n + m) / m) * right.covariance[i]![j]!),
  )
  const difference = left.means.map((mean, i) => mean - right.means[i]!)
  const { values: spreads, vectors } = symmetricEigen(covariance)
  const largest = Math.max(...spreads)
  let [statistic, degrees] = [0, 0]
  for (const [i, value] of spreads.entries()) {
    if (value <= 1e-15 * largest) continue
    const along = vectors[i]!.reduce((sum, part, j) => sum + part * difference[j]!, 0)
    statistic += (along * along) / value
    degrees++
  }
  const small =
    Math.max(n, m) < 25 ? 1 / (1 + (n + m) ** -0.45 + 10.1 * (n ** -1.7 + m ** -1.7)) : 1
  const corrected = (n + m) * statistic * small
  return {
    statistic: corrected,
    degrees,
    p: degrees > 0 ? chiSquareSf(corrected, degrees) : 1,
    condition: largest > 0 ? Math.max(0, Math.min(...spreads)) / largest : 0,
  }
}

/** Means and covariances (count below) of cos and sin at the points. */
function waves(values: ArrayLike<number>, counts: ArrayLike<number>, sigma: number) {
  const rows = total(counts)
  const heights = new Float64Array(size * values.length)
  const means = new Float64Array(size)
  for (let i = 0; i < values.length; i++) {
    const count = counts[i] as number
    if (count === 0) continue
    for (const [k, point] of points.entries()) {
      const angle = finite((point / sigma) * (values[i] as number))
      heights[size * i + k] = Math.cos(angle)
      heights[size * i + points.length + k] = Math.sin(angle)
    }
    for (let j = 0; j < size; j++) means[j]! += (count / rows) * heights[size * i + j]!
  }
  const covariance = Array.from({ length: size }, () => new Array<number>(size).fill(0))
  for (let i = 0; i < values.length; i++) {
    const share = (counts[i] as number) / rows
    if (share === 0) continue
    for (let j = 0; j < size; j++) {
      const height = share * (heights[size * i + j]! - means[j]!)
      for (let k = 0; k < size; k++) {
        covariance[j]![k]! += height * (heights[size * i + k]! - means[k]!)
      }
    }
  }
  return { means: Array.from(means), covariance }
}

const finite = (value: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value))
