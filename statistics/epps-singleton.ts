import { quantile } from './quantile.ts'
import { chiSquareSf } from './special.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

/** Where the characteristic functions are compared, in semi-interquartile ranges of all values. */
const points = [0.4, 0.8]

/**
 * The two-sample test of Epps and Singleton (1986): empirical characteristic functions at two points, with the
 * small-sample correction where both sides hold fewer than 25 values. Its chi-square law holds for continuous and
 * discrete values alike. Throws RangeError below 5 values a side and where half of all values are one.
 */
export function eppsSingleton(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): { statistic: number; degrees: number; p: number } {
  const [n, m] = [x.length, y.length]
  if (n < 5 || m < 5) throw new RangeError('Epps-Singleton needs 5 values on each side')
  const all = Float64Array.from([...Array.from(x), ...Array.from(y)]).sort()
  const sigma = (quantile(all, 0.75) - quantile(all, 0.25)) / 2
  if (!(sigma > 0)) throw new RangeError('half of all values are one: they have no spread')
  const left = waves(x, sigma)
  const right = waves(y, sigma)
  const covariance = left.covariance.map((row, i) =>
    row.map((value, j) => ((n + m) / n) * value + ((n + m) / m) * right.covariance[i]![j]!),
  )
  const difference = left.means.map((mean, i) => mean - right.means[i]!)
  const { values, vectors } = symmetricEigen(covariance)
  const largest = Math.max(...values)
  let [statistic, degrees] = [0, 0]
  for (const [i, value] of values.entries()) {
    if (value <= 1e-15 * largest) continue
    const along = vectors[i]!.reduce((sum, part, j) => sum + part * difference[j]!, 0)
    statistic += (along * along) / value
    degrees++
  }
  const small =
    Math.max(n, m) < 25 ? 1 / (1 + (n + m) ** -0.45 + 10.1 * (n ** -1.7 + m ** -1.7)) : 1
  const corrected = (n + m) * statistic * small
  return { statistic: corrected, degrees, p: chiSquareSf(corrected, degrees) }
}

/** Means and covariances (count below) of cos and sin at the points. */
function waves(values: ArrayLike<number>, sigma: number) {
  const turns = points.map((point) => point / sigma)
  const rows = Array.from(values, (value) => [
    ...turns.map((turn) => Math.cos(turn * value)),
    ...turns.map((turn) => Math.sin(turn * value)),
  ])
  const size = 2 * points.length
  const means = Array.from(
    { length: size },
    (_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length,
  )
  const covariance = means.map((mean, i) =>
    means.map(
      (other, j) =>
        rows.reduce((sum, row) => sum + (row[i]! - mean) * (row[j]! - other), 0) / rows.length,
    ),
  )
  return { means, covariance }
}
