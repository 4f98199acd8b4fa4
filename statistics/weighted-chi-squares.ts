/** A sum of independent chi-square variables, each with the same degrees, times its weight. */
export interface WeightedChiSquares {
  /** Positive, in descending order. */
  readonly weights: ArrayLike<number>
  /** Degrees of freedom of every one of them. */
  readonly degrees: number
  /** Sums over the weights that are left out: of themselves, their squares and their cubes. */
  readonly rest: readonly [number, number, number]
}

/**
 * P(Q >= x) of a weighted sum of chi-squares: the inverse Laplace integral of exp(-s x) M(s) / s, M(s) = Π (1 - 2
 * weight s)^(-degrees / 2), along a parabola through its saddle point, open to the right around the poles (the
 * idea is Rice's, SIAM J. Sci. Stat. Comput. 1, 1980). The trapezoidal rule converges faster than any power there,
 * and nothing is subtracted: relative error below 1e-9, also at 1e-300 (test).
 */
export function weightedChiSquareSf(x: number, law: WeightedChiSquares): number {
  if (!(x > leastOf(law))) return 1
  const largest = law.weights[0] as number
  const saddle = saddlePoint(x, law)
  const { curvature } = slopes(saddle, x, law)
  const scale = Math.min(1 / Math.sqrt(curvature), 1 / (2 * largest) - saddle, saddle)
  // Of the parabola s = saddle + scale (v² / 2 + i v).
  const step = 0.09
  const { at, moveTo } = exponentAlong(x, law)
  moveTo(saddle, 0)
  const start = at[0] as number
  let sum = 0.5
  for (let k = 1; k < 3_000; k++) {
    const v = k * step
    moveTo(saddle + (scale * v * v) / 2, scale * v)
    const size = Math.exp((at[0] as number) - start)
    const angle = at[1] as number
    // Re of e^(i angle) (1 - i v), as ds = scale (v + i) dv = i scale (1 - i v) dv.
    sum += size * (Math.cos(angle) + v * Math.sin(angle))
    if (size * (1 + v) < 1e-17) break
  }
  return Math.min(1, Math.max(0, (Math.exp(start) * sum * step * scale) / Math.PI))
}

/**
 * Below this nearly nothing lies (1e-9 of the laws that occur here), and the integral does not converge: the many
 * small weights that are left out hardly vary, and their powers grow along the parabola.
 */
const leastOf = ({ rest, degrees }: WeightedChiSquares): number =>
  degrees * rest[0] * (rest[1] > 0 ? 2.2 : 1)

/**
 * ln of exp(-s x) M(s) / s at s = re + i im, as `at`: real part and angle, for points that follow each other closely:
 * the factors are multiplied, and of the angle of their product whole turns are added as it goes on.
 */
function exponentAlong(
  x: number,
  { weights, degrees, rest: [first, second, third] }: WeightedChiSquares,
) {
  let turned = 0
  const at = new Float64Array(2)
  const moveTo = (re: number, im: number): void => {
    let a = 1
    let b = 0
    for (let j = 0; j < weights.length; j++) {
      const weight = 2 * (weights[j] as number)
      const c = 1 - weight * re
      const d = -weight * im
      const real = a * c - b * d
      b = a * d + b * c
      a = real
    }
    const turn = Math.atan2(b, a)
    turned = turn + 2 * Math.PI * Math.round((turned - turn) / (2 * Math.PI))
    const squareRe = re * re - im * im
    const squareIm = 2 * re * im
    const cubeRe = squareRe * re - squareIm * im
    const cubeIm = squareRe * im + squareIm * re
    const real = first * re + second * squareRe + (4 / 3) * third * cubeRe
    const angle = first * im + second * squareIm + (4 / 3) * third * cubeIm
    at[0] =
      degrees * (real - Math.log(a * a + b * b) / 4) - x * re - Math.log(re * re + im * im) / 2
    at[1] = degrees * (angle - turned / 2) - x * im - Math.atan2(im, re)
  }
  return { at, moveTo }
}

/** First and second derivative of the exponent on the real axis. */
function slopes(s: number, x: number, law: WeightedChiSquares) {
  const [first, second, third] = law.rest
  let slope = first + 2 * second * s + 4 * third * s * s
  let curvature = 2 * second + 8 * third * s
  for (let j = 0; j < law.weights.length; j++) {
    const weight = law.weights[j] as number
    const part = weight / (1 - 2 * weight * s)
    slope += part
    curvature += 2 * part * part
  }
  return {
    slope: law.degrees * slope - x - 1 / s,
    curvature: law.degrees * curvature + 1 / (s * s),
  }
}

/** Where the exponent is least between 0 and the first pole, by bisection: its slope rises from minus to plus infinity. */
function saddlePoint(x: number, law: WeightedChiSquares): number {
  let low = 0
  let high = 1 / (2 * (law.weights[0] as number))
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (slopes(middle, x, law).slope < 0) low = middle
    else high = middle
    if (high - low < 1e-4 * Math.min(low, 1 / (2 * (law.weights[0] as number)) - high)) break
  }
  return (low + high) / 2
}
