/** Points in (-1, 1) and their weights. */
export interface Quadrature {
  readonly points: Float64Array
  readonly weights: Float64Array
}

const known = new Map<number, Quadrature>()

/** Gauss-Legendre quadrature of `size` points on [-1, 1]: the roots of Legendre's polynomial by Newton's steps. */
export function gaussLegendre(size: number): Quadrature {
  const found = known.get(size)
  if (found !== undefined) return found
  const points = new Float64Array(size)
  const weights = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (size + 0.5))
    let slope = 1
    for (let round = 0; round < 20; round++) {
      let [last, value] = [1, x]
      for (let k = 2; k <= size; k++) {
        ;[last, value] = [value, ((2 * k - 1) * x * value - (k - 1) * last) / k]
      }
      if (size === 1) last = 1
      slope = (size * (x * value - last)) / (x * x - 1)
      const step = value / slope
      x -= step
      if (Math.abs(step) < 1e-15) break
    }
    points[i] = x
    weights[i] = 2 / ((1 - x * x) * slope * slope)
  }
  const result = { points, weights }
  known.set(size, result)
  return result
}
