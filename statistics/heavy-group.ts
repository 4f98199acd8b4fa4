import {
  type BridgeForm,
  type BridgeWeighting,
  fine,
  meanOfForm,
  sharesOf,
  wholeForm,
} from './bridge-forms.ts'
import { besideHeavy, overCounts } from './heavy-counts.ts'
import { chiSquareSf } from './special.ts'
import { tabulatedTail } from './tabulated-tail.ts'
import { total } from './total.ts'

/**
 * P(the form >= observed) under the permutations of the pooled rows where one group is heavy; null where none is. A
 * feature that is 0 in 99 rows of a hundred sends about ten of a thousand elsewhere: a count far from normal, and the
 * limit law rejects five times too often at 0.01 %. So the numbers of rows below and above the heavy group are summed
 * over as they are (hypergeometric). Given them the bridge has its expected course within the other groups; the square
 * of what it varies there, which is small, enters as a gamma law with its mean and variance.
 */
export function heavyGroupP(
  observed: number,
  weighting: BridgeWeighting,
  groups: ArrayLike<number>,
  n: number,
  m: number,
): number | null {
  const counts = besideHeavy(groups, n, m)
  if (counts === null) return null
  const { below, above, drawn, rows } = counts
  const shares = sharesOf(groups, fine)
  // What joining took off the mean is given back to every part alike.
  const form = weighting.form(shares)
  const factor = wholeForm(groups, weighting).mean / meanOfForm(form, shares)
  const { a, b, c, noise } = reduced(form, shares)
  const atLeast = noiseTail(noise)
  const unit = 1 / Math.sqrt(n * m * rows)
  // The same statistic computed in another order differs in the last digits only.
  const least = (observed * (1 - 1e-9) - 1e-12) / factor
  const about = Math.exp(-least / (2 * largest(a, b, c, below / rows, above / rows)))
  let p = 0
  overCounts(counts, about, (i, k, chance) => {
    const x = (i * rows - below * drawn) * unit
    const y = (above * drawn - k * rows) * unit
    p += chance * atLeast(least - (a * x * x + 2 * c * x * y + b * y * y))
  })
  return Math.min(1, p)
}

interface Reduced {
  /** a x² + 2 c x y + b y² of the bridge x and y at both ends of the heavy group. */
  readonly a: number
  readonly b: number
  readonly c: number
  /** Mean and variance of what x and y leave open. */
  readonly noise: { readonly mean: number; readonly variance: number }
}

function reduced({ diagonal, beside }: BridgeForm, shares: Float64Array): Reduced {
  const at = shares.indexOf(Math.max(...shares))
  const low = total(shares.subarray(0, at))
  const high = total(shares.subarray(at + 1))
  // Way from the end of the whole, of that to the heavy group all: where the bridge is expected, in units of x or y.
  const inner = diagonal.length
  const way = new Float64Array(inner)
  for (let i = 0, passed = 0; i < inner; i++) {
    passed += shares[i] as number
    way[i] = i < at ? passed / low : (1 - passed) / high
  }
  const sums = { a: 0, b: 0, c: 0 }
  for (let i = 0; i < inner; i++) {
    const here = way[i] as number
    sums[i < at ? 'a' : 'b'] += (diagonal[i] as number) * here * here
    if (i >= beside.length) continue
    const product = (beside[i] as number) * here * (way[i + 1] as number)
    if (i + 1 === at) sums.c += product
    else sums[i < at ? 'a' : 'b'] += 2 * product
  }
  // Covariance of a bridge that is held at both ends of its side.
  const held = (i: number, k: number): number => {
    if (i < at !== k < at) return 0
    const [near, far] = [Math.min(way[i]!, way[k]!), Math.max(way[i]!, way[k]!)]
    return (i < at ? low : high) * near * (1 - far)
  }
  const product = (i: number, k: number): number =>
    (diagonal[i] as number) * held(i, k) +
    (i > 0 ? (beside[i - 1] ?? 0) * held(i - 1, k) : 0) +
    (i + 1 < inner ? (beside[i] ?? 0) * held(i + 1, k) : 0)
  let [mean, variance] = [0, 0]
  for (let i = 0; i < inner; i++) {
    mean += product(i, i)
    for (let k = 0; k < inner; k++) variance += 2 * product(i, k) * product(k, i)
  }
  return { ...sums, noise: { mean, variance } }
}

/** P(a gamma variable of this mean and variance >= x), from a table. */
function noiseTail({ mean, variance }: Reduced['noise']): (x: number) => number {
  if (!(mean > 1e-12 && variance > 0)) return (x) => (x <= 0 ? 1 : 0)
  const scale = variance / mean
  const sf = (x: number) => chiSquareSf((2 * x) / scale, (2 * mean) / scale)
  const tail = tabulatedTail(sf, scale / 8, scale / 8)
  return (x) => (x <= 0 ? 1 : tail(x))
}

/** The largest eigenvalue of the reduced form times the covariance of the bridge at both ends. */
function largest(a: number, b: number, c: number, low: number, high: number): number {
  const [xx, yy, xy] = [low * (1 - low), high * (1 - high), low * high]
  const trace = a * xx + b * yy + 2 * c * xy
  const determinant = (a * b - c * c) * (xx * yy - xy * xy)
  return (trace + Math.sqrt(Math.max(0, trace * trace - 4 * determinant))) / 2
}
