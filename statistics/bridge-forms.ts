import { tabulatedTail } from './tabulated-tail.ts'
import { total } from './total.ts'
import { type WeightedChiSquares, weightedChiSquareSf } from './weighted-chi-squares.ts'
import { anew, type Workspace, workspace } from './workspace.ts'

/** A quadratic form of a Brownian bridge at the inner ends of cells: diagonal, and the entries next to it. */
export interface BridgeForm {
  readonly diagonal: Float64Array
  readonly beside: Float64Array
}

/** Where a form is written. */
export interface FormRoom {
  readonly diagonal: Workspace
  readonly beside: Workspace
}

export const formAnew: FormRoom = { diagonal: anew, beside: anew }

/** How a statistic weighs the bridge: over cells, and where every value has a cell of its own. */
export interface BridgeWeighting {
  /** The form over cells of these shares (positive, their sum is 1; at least two), in arrays of its own unless told. */
  form(shares: Float64Array, room?: FormRoom): BridgeForm
  /** Its law over infinitely many cells, for one degree of freedom. */
  readonly continuous: WeightedChiSquares
}

/** Cells of less than this share are joined with their neighbours before the law is computed ... */
export const fine = 1 / 200
/** ... and no law but the continuous one is needed where all are smaller than this. */
const allFine = 1 / 64
/** So many eigenvalues are found one by one. */
const mostEigenvalues = 12
/** From this one on they enter by their sum. */
const fewerVary = 40

/** The limit law of a statistic: P(it is at least x), and its mean. */
export interface BridgeLaw {
  /** Where a probability of `enough` is as good as 1, one that is surely as large may be told as 1: that is cheaper. */
  readonly sf: (x: number, enough?: number) => number
  readonly mean: number
}

/**
 * The limit law of a quadratic statistic that looks at the given groups of equal values only: a sum of chi-squares
 * weighted by the eigenvalues of form x covariance of the bridge. Found by bisection on the signs of the pivots
 * (Sylvester's law of inertia), since the inverse of the covariance has three diagonals; O(cells). Where all groups
 * are small it is the law over infinitely many, with the mean of these: relative error of that below 1e-5 for the
 * table it is read from.
 */
export function bridgeLaw(
  groups: ArrayLike<number>,
  weighting: BridgeWeighting,
  degrees = 1,
): BridgeLaw {
  const { mean, largest } = wholeForm(groups, weighting)
  if (largest < allFine) {
    const { sf, mean: whole } = continuousTail(weighting, degrees)
    const factor = mean / whole
    return { sf: (x, enough) => sf(x / factor, enough), mean: mean * degrees }
  }
  const coarser = sharesOf(groups, fine)
  const law = { ...spectrum(weighting.form(coarser), coarser), degrees }
  // What joining took off the mean is given back to every weight alike.
  const factor = mean / meanOf(law)
  return { sf: (x) => weightedChiSquareSf(x / factor, law), mean: mean * degrees }
}

/** The mean of the form over all groups, and the largest of their shares. */
export function wholeForm(groups: ArrayLike<number>, weighting: BridgeWeighting) {
  const shares = sharesOf(groups, 0, shareRoom)
  let largest = 0
  for (let i = 0; i < shares.length; i++) {
    if ((shares[i] as number) > largest) largest = shares[i] as number
  }
  return { mean: meanOfForm(weighting.form(shares, formRoom), shares), largest }
}

const shareRoom = workspace()
const formRoom: FormRoom = { diagonal: workspace(), beside: workspace() }

const meanOf = ({ weights, rest }: WeightedChiSquares): number => total(weights) + rest[0]

/** The law over infinitely many cells, tabulated; its mean is that of one degree. */
function continuousTail(weighting: BridgeWeighting, degrees: number): BridgeLaw {
  const known = tails.get(weighting)?.get(degrees)
  if (known !== undefined) return known
  const law = { ...weighting.continuous, degrees }
  const mean = meanOf(law)
  const step = (law.weights[0] as number) / 16
  const first = 0.3 * degrees * mean
  const tail = tabulatedTail((x) => weightedChiSquareSf(x, law), first, step)
  const most = tail(first)
  const sf = (x: number, enough = Number.POSITIVE_INFINITY) =>
    x <= first && most >= enough ? 1 : tail(x)
  const ofWeighting = tails.get(weighting) ?? new Map<number, BridgeLaw>()
  tails.set(weighting, ofWeighting.set(degrees, { sf, mean }))
  return { sf, mean }
}

const tails = new WeakMap<BridgeWeighting, Map<number, BridgeLaw>>()

/** Shares of the groups that are not empty, those below `least` joined with their neighbours. */
export function sharesOf(
  groups: ArrayLike<number>,
  least: number,
  room: Workspace = anew,
): Float64Array {
  const rows = total(groups)
  const shares = room(groups.length)
  let count = 0
  let open = 0
  for (let i = 0; i < groups.length; i++) {
    const share = (groups[i] as number) / rows
    // A large cell is not blurred by what came before it.
    if (open > 0 && share >= least) {
      shares[count++] = open
      open = 0
    }
    open += share
    if (open > 0 && open >= least) {
      shares[count++] = open
      open = 0
    }
  }
  if (open > 0) shares[count++] = open
  return count === shares.length ? shares : shares.subarray(0, count)
}

/** Mean of the form: Σ of its entries times the covariance s (1 - t). */
export function meanOfForm({ diagonal, beside }: BridgeForm, shares: Float64Array): number {
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

function spectrum(form: BridgeForm, shares: Float64Array): Omit<WeightedChiSquares, 'degrees'> {
  const whole = meanOfForm(form, shares)
  const count = Math.min(mostEigenvalues, form.diagonal.length)
  const inverse = shares.map((share) => 1 / share)
  const weights: number[] = []
  let left = whole
  for (let i = 0; i < count && left > 1e-9 * whole; i++) {
    let low = 0
    let high = Math.min(left, weights.at(-1) ?? whole) * (1 + 1e-12)
    // The largest decides far out in the tail: p falls as exp(-x / (2 weight)).
    const width = (i === 0 ? 1e-9 : 1e-6) * whole
    while (high - low > width) {
      const middle = (low + high) / 2
      if (hasEigenvaluesAbove(middle, i + 1, form, inverse)) low = middle
      else high = middle
    }
    if (low === 0) break
    weights.push((low + high) / 2)
    left -= (low + high) / 2
  }
  left = Math.max(0, left)
  // The others fall about as 1 / (j (j + 1)), and what lies beyond forty hardly varies.
  const all = form.diagonal.length
  const span = 1 / (weights.length + 1) - 1 / (all + 1)
  for (let j = weights.length + 1; j <= Math.min(all, fewerVary) && left > 0; j++) {
    weights.push(left / (j * (j + 1) * span))
  }
  const beyond = all > fewerVary ? (1 / (fewerVary + 1) - 1 / (all + 1)) / span : 0
  return { weights, rest: [left * beyond, 0, 0] }
}

/**
 * Whether form - value x inverse covariance has so many positive pivots: the ratios of its leading minors, of which only
 * the signs are asked, so that nothing is divided.
 */
function hasEigenvaluesAbove(
  value: number,
  count: number,
  { diagonal, beside }: BridgeForm,
  inverse: Float64Array,
): boolean {
  let missing = count
  let before = 0
  let minor = 1
  let isPositive = true
  let off = 0
  for (let i = 0; i < diagonal.length; i++) {
    const after = value * (inverse[i + 1] as number)
    const here = (diagonal[i] as number) - value * (inverse[i] as number) - after
    const next = here * minor - off * off * before
    before = minor
    minor = next
    // A minor of 0 counts as one of the other sign.
    const isNextPositive: boolean = next === 0 ? !isPositive : next > 0
    if (isNextPositive === isPositive && --missing === 0) return true
    isPositive = isNextPositive
    off = (i < beside.length ? (beside[i] as number) : 0) + after
    const size = Math.abs(minor)
    if (size > 1e100 || (size < 1e-100 && Math.abs(before) < 1e-100)) {
      const scale = size > 1 ? 1e-100 : 1e100
      minor *= scale
      before *= scale
    }
  }
  return false
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
