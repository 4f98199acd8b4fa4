import { logGammaQ } from './gamma.ts'
import { normalSf } from './special.ts'

/**
 * P(A + B >= x) of independent gamma variables with these shapes and scales, by the saddle-point approximation of
 * Lugannani and Rice (1980) in the form of Barndorff-Nielsen (1986): within a few percent as far out as one likes.
 * Exact where one of them vanishes or both scales agree.
 */
export function twoGammasSf(
  x: number,
  shape: number,
  scale: number,
  otherShape: number,
  otherScale: number,
): number {
  if (!(x > 0)) return 1
  if (shape <= 0 || scale === otherScale) {
    return Math.exp(logGammaQ(Math.max(0, shape) + otherShape, x / otherScale))
  }
  if (otherShape <= 0) return Math.exp(logGammaQ(shape, x / scale))
  const t = saddlePoint(x, shape, scale, otherShape, otherScale)
  const [a, b] = [1 - scale * t, 1 - otherScale * t]
  // Beyond 1e13 scales a pole cannot be told from the saddle point, and no double is so small.
  if (!(a > 0 && b > 0)) return 0
  // Of the cumulant function -shape ln(1 - scale t) - otherShape ln(1 - otherScale t).
  const cumulant = -shape * Math.log(a) - otherShape * Math.log(b)
  const curvature = (shape * scale ** 2) / a ** 2 + (otherShape * otherScale ** 2) / b ** 2
  const w = Math.sign(t) * Math.sqrt(Math.max(0, 2 * (t * x - cumulant)))
  const v = t * Math.sqrt(curvature)
  if (Math.abs(v) < 1e-3) {
    // Where both go to 0 their ratio is that of the skewness.
    const second = shape * scale ** 2 + otherShape * otherScale ** 2
    const third = 2 * (shape * scale ** 3 + otherShape * otherScale ** 3)
    return normalSf(v + third / (6 * second ** 1.5))
  }
  return normalSf(w + Math.log(v / w) / w)
}

/** t with shape scale / (1 - scale t) + otherShape otherScale / (1 - otherScale t) = x, below both poles. */
function saddlePoint(
  x: number,
  shape: number,
  scale: number,
  otherShape: number,
  otherScale: number,
): number {
  const square = x * scale * otherScale
  const linear = -(x * (scale + otherScale)) + scale * otherScale * (shape + otherShape)
  const constant = x - shape * scale - otherShape * otherScale
  // The smaller root of the two; written so that nothing cancels.
  const root = Math.sqrt(Math.max(0, linear * linear - 4 * square * constant))
  return linear < 0 ? (2 * constant) / (-linear + root) : (-linear - root) / (2 * square)
}
