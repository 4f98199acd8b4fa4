import type { BridgeForm } from './bridge-forms.ts'

/**
 * P(Q >= x) of a quadratic form of a Brownian bridge at the inner ends of cells, `degrees` independent ones together. Its
 * transform E[exp(s Q)] is |C⁻¹ / (C⁻¹ - 2 s A)|^(degrees / 2), and both the form A and the inverse covariance C⁻¹ have three
 * diagonals: a determinant takes one pass over the cells, and no eigenvalue is needed. The integral is that of
 * `weightedChiSquareSf`, along the same parabola through the saddle point.
 */
export function pencilSf(
  x: number,
  form: BridgeForm,
  shares: Float64Array,
  degrees: number,
): number {
  if (!(x > 0)) return 1
  const rows = recurrence(form, shares)
  const size = form.diagonal.length
  // E(s) = |C⁻¹ - 2 s A| / |C⁻¹| and two derivatives; null from the first pole on.
  const real = (s: number): { value: number; first: number; second: number } | null => {
    let [a, b, a1, b1, a2, b2] = [1, 0, 0, 0, 0, 0]
    for (let i = 0, k = 0; i < size; i++, k += 5) {
      const p = rows[k]! - s * rows[k + 1]!
      const o = rows[k + 2]! + s * (rows[k + 3]! + s * rows[k + 4]!)
      const o1 = rows[k + 3]! + 2 * s * rows[k + 4]!
      const next = p * a - o * b
      if (!(next > 0)) return null
      const next1 = p * a1 - rows[k + 1]! * a - o * b1 - o1 * b
      const next2 = p * a2 - 2 * rows[k + 1]! * a1 - o * b2 - 2 * o1 * b1 - 2 * rows[k + 4]! * b
      ;[b, b1, b2] = [a, a1, a2]
      ;[a, a1, a2] = [next, next1, next2]
    }
    return { value: a, first: a1, second: a2 }
  }
  const half = degrees / 2
  const slopeAt = (s: number): number => {
    const here = real(s)
    return here === null ? Infinity : -half * (here.first / here.value) - x - 1 / s
  }
  let [low, high] = [0, 1]
  while (slopeAt(high) < 0) {
    low = high
    high *= 2
  }
  while (low === 0 || high - low > 1e-3 * low) {
    const middle = (low + high) / 2
    if (slopeAt(middle) < 0) low = middle
    else high = middle
  }
  const saddle = low
  const { value, first, second } = real(saddle) as NonNullable<ReturnType<typeof real>>
  const curvature = half * ((first / value) ** 2 - second / value) + 1 / saddle ** 2
  const scale = 1 / Math.sqrt(curvature)
  const start = -half * Math.log(value) - x * saddle - Math.log(saddle)
  const step = 0.09
  let sum = 0.5
  let turned = 0
  for (let k = 1; k < 3_000; k++) {
    const v = k * step
    const re = saddle + (scale * v * v) / 2
    const im = scale * v
    let [a, ai, b, bi] = [1, 0, 0, 0]
    const squareRe = re * re - im * im
    const squareIm = 2 * re * im
    for (let i = 0, k = 0; i < size; i++, k += 5) {
      const p = rows[k]! - re * rows[k + 1]!
      const pi = -im * rows[k + 1]!
      const o = rows[k + 2]! + re * rows[k + 3]! + squareRe * rows[k + 4]!
      const oi = im * rows[k + 3]! + squareIm * rows[k + 4]!
      const next = p * a - pi * ai - o * b + oi * bi
      const nexti = p * ai + pi * a - o * bi - oi * b
      b = a
      bi = ai
      a = next
      ai = nexti
    }
    const turn = Math.atan2(ai, a)
    turned = turn + 2 * Math.PI * Math.round((turned - turn) / (2 * Math.PI))
    const exponent =
      (-half * Math.log(a * a + ai * ai)) / 2 - x * re - Math.log(re * re + im * im) / 2 - start
    const angle = -half * turned - x * im - Math.atan2(im, re)
    const weight = Math.exp(exponent)
    sum += weight * (Math.cos(angle) + v * Math.sin(angle))
    if (weight * (1 + v) < 1e-17) break
  }
  return Math.min(1, Math.max(0, (Math.exp(start) * sum * step * scale) / Math.PI))
}

/** Of each leading minor over that at s = 0, five numbers: (p - s q) of the one before less (u + s v + s² w) of that before it. */
function recurrence({ diagonal, beside }: BridgeForm, shares: Float64Array): Float64Array {
  const rows = new Float64Array(5 * diagonal.length)
  let before = Number.POSITIVE_INFINITY
  for (let i = 0; i < diagonal.length; i++) {
    const [left, right] = [1 / shares[i]!, 1 / shares[i + 1]!]
    const pivot = left + right - (i > 0 ? (left * left) / before : 0)
    const k = 5 * i
    rows[k] = (left + right) / pivot
    rows[k + 1] = (2 * diagonal[i]!) / pivot
    if (i > 0) {
      // The entry beside is -(left + 2 s b).
      const b = 2 * (beside[i - 1] ?? 0)
      const both = pivot * before
      rows[k + 2] = (left * left) / both
      rows[k + 3] = (2 * left * b) / both
      rows[k + 4] = (b * b) / both
    }
    before = pivot
  }
  return rows
}
