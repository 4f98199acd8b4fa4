import { total } from './total.ts'
import type { WeightedChiSquares } from './weighted-chi-squares.ts'

/** A quadratic form of a Brownian bridge at the inner ends of cells: diagonal, and the entries next to it. */
export interface BridgeForm {
  readonly diagonal: Float64Array
  readonly beside: Float64Array
}

/** How a statistic weighs the bridge: over cells, and where every value has a cell of its own. */
export interface BridgeWeighting {
  /** The form over cells of these shares (positive, their sum is 1; at least two). */
  form(shares: Float64Array): BridgeForm
  /** Its law over infinitely many cells, for one degree of freedom. */
  readonly continuous: WeightedChiSquares
}

/** Cells of less than this share are joined with their neighbours before the law is computed ... */
const fine = 1 / 200
/** ... and no law but the continuous one is needed where all are smaller than this. */
const allFine = 1 / 64
/** So many eigenvalues are found one by one, the others enter by their sum. */
const mostEigenvalues = 24

/**
 * The limit law of a quadratic statistic that looks at the given groups of equal values only: a sum of chi-squares
 * weighted by the eigenvalues of form x covariance of the bridge, and its mean. Found by bisection on the signs of
 * the pivots (Sylvester's law of inertia), since the inverse of the covariance has three diagonals; O(cells).
 */
export function bridgeLaw(
  groups: ArrayLike<number>,
  { form, continuous }: BridgeWeighting,
  degrees = 1,
): { law: WeightedChiSquares; mean: number } {
  const shares = sharesOf(groups, 0)
  const mean = trace(form(shares), shares)
  const isFine = shares.every((share) => share < allFine)
  const few = isFine ? null : spectrum(form(sharesOf(groups, fine)), sharesOf(groups, fine))
  const law = few ?? continuous
  // What joining or the limit took off the mean is given back to every weight alike.
  const factor = mean / (total(law.weights) + law.rest[0])
  return {
    law: {
      weights: Float64Array.from(law.weights, (weight) => weight * factor),
      degrees,
      rest: [law.rest[0] * factor, law.rest[1] * factor ** 2, law.rest[2] * factor ** 3],
    },
    mean: mean * degrees,
  }
}

function sharesOf(groups: ArrayLike<number>, least: number): Float64Array {
  const rows = total(groups)
  const shares: number[] = []
  let open = 0
  for (let i = 0; i < groups.length; i++) {
    const share = (groups[i] as number) / rows
    // A large cell is not blurred by what came before it.
    if (open > 0 && share >= least) {
      shares.push(open)
      open = 0
    }
    open += share
    if (open > 0 && open >= least) {
      shares.push(open)
      open = 0
    }
  }
  if (open > 0) shares.push(open)
  return Float64Array.from(shares)
}

/** Mean of the form: Σ of its entries times the covariance s (1 - t). */
function trace({ diagonal, beside }: BridgeForm, shares: Float64Array): number {
  let sum = 0
  let t = 0
  for (let i = 0; i < diagonal.length; i++) {
    t += shares[i] as number
    sum += (diagonal[i] as number) * t * (1 - t)
    if (i < beside.length)
      sum += 2 * (beside[i] as number) * t * (1 - t - (shares[i + 1] as number))
  }
  return sum
}

function spectrum(form: BridgeForm, shares: Float64Array): WeightedChiSquares {
  const whole = trace(form, shares)
  const count = Math.min(mostEigenvalues, form.diagonal.length)
  const weights: number[] = []
  let rest = whole
  for (let i = 0; i < count && rest > 1e-9 * whole; i++) {
    let low = 0
    let high = Math.min(rest, weights.at(-1) ?? whole) * (1 + 1e-12)
    while (high - low > 1e-11 * whole) {
      const middle = (low + high) / 2
      if (eigenvaluesAbove(middle, form, shares) > i) low = middle
      else high = middle
    }
    if (low === 0) break
    weights.push((low + high) / 2)
    rest -= (low + high) / 2
  }
  return { weights, degrees: 1, rest: [Math.max(0, rest), 0, 0] }
}

/** Positive pivots of form - value x inverse covariance. */
function eigenvaluesAbove(value: number, { diagonal, beside }: BridgeForm, shares: Float64Array) {
  let above = 0
  let pivot = 1
  let off = 0
  for (let i = 0; i < diagonal.length; i++) {
    const [before, after] = [1 / (shares[i] as number), 1 / (shares[i + 1] as number)]
    pivot = (diagonal[i] as number) - value * (before + after) - (off * off) / pivot
    if (pivot === 0) pivot = -1e-300
    if (pivot > 0) above++
    off = (beside[i] ?? 0) + value * after
  }
  return above
}

/** The law of weights 1 / (scale j (j + shift)): 40 of them, the others by their sums. */
export function continuousLaw(weight: (j: number) => number): WeightedChiSquares {
  const weights = Array.from({ length: 40 }, (_, i) => weight(i + 1))
  const rest: [number, number, number] = [0, 0, 0]
  const last = 20_000
  for (let j = 41; j <= last; j++) {
    rest[0] += weight(j)
    rest[1] += weight(j) ** 2
    rest[2] += weight(j) ** 3
  }
  // Beyond, the weights fall as 1 / j².
  rest[0] += weight(last) * (last - 0.5)
  return { weights, degrees: 1, rest }
}
