import { pencilSf } from './pencil-law.ts'
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
  /**
   * The function of the share below that has the largest weight there, 0 at both ends. Absent: the largest weight over
   * cells is that over infinitely many, in proportion to the mean.
   */
  readonly first?: (below: number) => number
}

/** Cells of less than this share are joined with their neighbours before the law is computed ... */
export const fine = 1 / 200
/** ... and no law but the continuous one is needed where all are smaller than this. */
const allFine = 1 / 64
/** The limit law of a statistic: P(it is at least x), and its mean. */
export interface BridgeLaw {
  /** Where a probability of `enough` is as good as 1, one that is surely as large may be told as 1: that is cheaper. */
  readonly sf: (x: number, enough?: number) => number
  readonly mean: number
}

/**
 * The limit law of a quadratic statistic that looks at the given groups of equal values only, from the determinant of form
 * and covariance of the bridge; O(cells). Where all groups are small it is the law over infinitely many, with the mean
 * and the largest weight of these, which are most of it: the other weights move with the largest, and what is left of the
 * mean hardly varies. Relative error of that below 0.6 % down to 1e-12, of Cramer and von Mises' form 1 % (test).
 */
export function bridgeLaw(
  groups: ArrayLike<number>,
  weighting: BridgeWeighting,
  degrees = 1,
): BridgeLaw {
  const { mean, largest, form: fineForm, shares } = wholeForm(groups, weighting)
  if (largest < allFine) {
    const { first, continuous } = weighting
    const { sf, mean: whole } = continuousTail(weighting, degrees)
    const factor =
      first === undefined
        ? mean / whole
        : quotientOf(first, fineForm, shares) / (continuous.weights[0] as number)
    const shift = degrees * (mean - factor * whole)
    return { sf: (x, enough) => sf((x - shift) / factor, enough), mean: mean * degrees }
  }
  const coarser = sharesOf(groups, fine)
  const form = weighting.form(coarser)
  // What joining took off the mean is given back to every weight alike.
  const factor = mean / meanOfForm(form, coarser)
  return { sf: (x) => pencilSf(x / factor, form, coarser, degrees), mean: mean * degrees }
}

/** The form over all groups, in arrays that the next call writes anew; its mean, and the largest of their shares. */
export function wholeForm(groups: ArrayLike<number>, weighting: BridgeWeighting) {
  const shares = sharesOf(groups, 0, shareRoom)
  let largest = 0
  for (let i = 0; i < shares.length; i++) {
    if ((shares[i] as number) > largest) largest = shares[i] as number
  }
  const form = weighting.form(shares, formRoom)
  return { form, shares, mean: meanOfForm(form, shares), largest }
}

/** Rayleigh's quotient of form and inverse covariance at a function that is nearly the first: its error is of second order. */
function quotientOf(
  first: (below: number) => number,
  { diagonal, beside }: BridgeForm,
  shares: Float64Array,
): number {
  let [above, under, passed, before] = [0, 0, 0, 0]
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i] as number
    passed += share
    const here = i < diagonal.length ? first(passed) : 0
    under += (here - before) ** 2 / share
    if (i < diagonal.length) above += (diagonal[i] as number) * here * here
    if (i > 0 && i <= beside.length) above += 2 * (beside[i - 1] as number) * here * before
    before = here
  }
  return above / under
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
