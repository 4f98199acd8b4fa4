import { normalSf } from './special.ts'

/** Below this skewness of the sum the normal limit is good: under a tenth of p at 1e-4. */
const straight = 0.02

/** Sum over the rows that chance deals to one side; rows of a cell share one score. */
export interface ScoreSum {
  /** Rows of both sides per cell. */
  readonly sizes: ArrayLike<number>
  /** Score of each cell, their mean over all rows being 0. */
  readonly scores: ArrayLike<number>
  /** Rows of all cells, and how many of them are dealt. */
  readonly rows: number
  readonly dealt: number
}

/**
 * P(sum >= x), x above 0, when so many rows are dealt without putting back: the double saddle-point approximation of
 * Skovgaard (Journal of Applied Probability 24, 1987; for sums from finite populations Robinson, Annals of Statistics
 * 10, 1982). null where the sum is hardly skewed, so that the normal limit is good, or x is out of reach.
 */
export function scoreSumSf(x: number, sum: ScoreSum): number | null {
  if (!(x > 0) || Math.abs(skewness(sum)) < straight) return null
  const { dealt, rows } = sum
  let [s, v] = [0, 0]
  let at = cumulants(sum, s, v)
  for (let step = 0; step < 100; step++) {
    const [missS, missV] = [x - at.s, dealt - at.v]
    const determinant = at.ss * at.vv - at.sv * at.sv
    if (!(determinant > 0)) return null
    const ds = (missS * at.vv - missV * at.sv) / determinant
    const dv = (missV * at.ss - missS * at.sv) / determinant
    // A step changes no row's logit by more than 2.
    const farthest = Math.max(...reach(sum).map((score) => Math.abs(ds * score + dv)))
    const damping = Math.min(1, 2 / farthest)
    s += damping * ds
    v += damping * dv
    at = cumulants(sum, s, v)
    if (damping === 1 && farthest < 1e-9) break
    if (step === 99) return null
  }
  const r = Math.sqrt(Math.max(0, 2 * (s * x + v * dealt - at.value)))
  const plain = (dealt * (rows - dealt)) / rows
  const u = s * Math.sqrt((at.ss * at.vv - at.sv * at.sv) / plain)
  if (!(r > 1e-3 && u > 0 && r < 37)) return null
  const density = Math.exp(-0.5 * r * r) / Math.sqrt(2 * Math.PI)
  return Math.min(1, Math.max(0, normalSf(r) + density * (1 / u - 1 / r)))
}

/** The smallest and the largest score of a row. */
function reach({ sizes, scores }: ScoreSum): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < sizes.length; i++) {
    if (sizes[i] === 0) continue
    low = Math.min(low, scores[i] as number)
    high = Math.max(high, scores[i] as number)
  }
  return [low, high]
}

/** Of independent rows, each dealt with the odds that s and v tilt. */
function cumulants({ sizes, scores, rows, dealt }: ScoreSum, s: number, v: number) {
  const q = dealt / rows
  const sums = { value: 0, s: 0, v: 0, ss: 0, sv: 0, vv: 0 }
  for (let i = 0; i < sizes.length; i++) {
    const size = sizes[i] as number
    if (size === 0) continue
    const score = scores[i] as number
    const tilt = s * score + v
    const p = q / (q + (1 - q) * Math.exp(-tilt))
    sums.value +=
      size *
      (tilt > 0 ? tilt + Math.log(q + (1 - q) * Math.exp(-tilt)) : Math.log1p(q * Math.expm1(tilt)))
    const variance = size * p * (1 - p)
    sums.s += size * p * score
    sums.v += size * p
    sums.ss += variance * score * score
    sums.sv += variance * score
    sums.vv += variance
  }
  return sums
}

/** Of the sum: that of a row's score, times (1 - 2q) / sqrt(n q (1 - q)). */
function skewness({ sizes, scores, rows, dealt }: ScoreSum): number {
  let [second, third] = [0, 0]
  for (let i = 0; i < sizes.length; i++) {
    const score = scores[i] as number
    const squares = (sizes[i] as number) * score * score
    second += squares / rows
    third += (squares * score) / rows
  }
  const q = dealt / rows
  return second > 0 ? ((1 - 2 * q) / Math.sqrt(rows * q * (1 - q))) * (third / second ** 1.5) : 0
}
