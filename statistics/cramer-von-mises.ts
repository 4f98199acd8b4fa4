import { type BridgeWeighting, bridgeLaw, continuousLaw } from './bridge-forms.ts'
import { exactTablesP } from './exact-tables.ts'
import { heavyGroupP } from './heavy-group.ts'
import { total } from './total.ts'
import { weightedChiSquareSf } from './weighted-chi-squares.ts'

/** Two samples' Cramér-von Mises statistic over ordered cells. */
export interface CramerVonMises {
  /** nm / (n + m) Σ (F - G)², the mean over the pooled rows, half of a cell's rows at each of its ends. */
  readonly statistic: number
  /** The sum alone: the mean squared gap of the two distribution functions, 0 to 1/3. */
  readonly meanSquare: number
  readonly n: number
  readonly m: number
}

/** Anderson (Annals of Mathematical Statistics 33, 1962); without ties it is his T. */
export function cramerVonMises(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): CramerVonMises {
  const [n, m] = [total(reference), total(current)]
  let gap = 0
  let sum = 0
  for (let i = 0; i < reference.length; i++) {
    const [a, b] = [reference[i] as number, current[i] as number]
    const before = gap
    gap += a * m - b * n
    sum += (a + b) * ((before / n / m) ** 2 + (gap / n / m) ** 2)
  }
  const meanSquare = sum / (2 * (n + m))
  return { statistic: meanSquare * ((n * m) / (n + m)), meanSquare, n, m }
}

/** Of the bridge at the ends of cells, half of both neighbours' shares; weights 1 / (pi j)² without ties. */
export const cramerVonMisesWeighting: BridgeWeighting = {
  form: (shares) => ({
    diagonal: Float64Array.from(
      { length: shares.length - 1 },
      (_, i) => ((shares[i] as number) + (shares[i + 1] as number)) / 2,
    ),
    beside: new Float64Array(0),
  }),
  continuous: continuousLaw((j) => 1 / (Math.PI * j) ** 2),
}

/**
 * P(T >= statistic) under the permutations of pooled rows that fall into groups of equal values: exact over few
 * groups, else the limit law at these ties, with mean and variance of the finite samples (the variance that of rows
 * without ties). Right far out and for any ties; see the page of the detector for its error.
 */
export function cramerVonMisesP(
  { statistic, n, m }: CramerVonMises,
  groups: ArrayLike<number>,
): number {
  if (Array.prototype.filter.call(groups, (size) => size > 0).length < 2) return 1
  const exact =
    exactTablesP(statistic, cramerVonMisesWeighting, groups, n, m) ??
    heavyGroupP(statistic, cramerVonMisesWeighting, groups, n, m)
  if (exact !== null) return exact
  const { sf, mean } = bridgeLaw(groups, cramerVonMisesWeighting)
  const rows = n + m
  const deviation = statistic - (mean * rows) / (rows - 1)
  return sf(mean + deviation / Math.sqrt(varianceRatio(n, m)))
}

/** Variance of T over that of its limit, 1/45, without ties (Anderson 1962). */
function varianceRatio(n: number, m: number): number {
  const rows = n + m
  return (
    ((rows + 1) * (4 * n * m * rows - 3 * (n * n + m * m) - 2 * n * m)) / (4 * n * m * rows ** 2)
  )
}

/** T with midranks for ties, as scipy computes it, `at` in the limit's unit, and the p-value of the limit's whole series. */
export function cramerVonMisesMidrank(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): { statistic: number; sum: number; at: number; p: number } {
  const [n, m] = [total(reference), total(current)]
  const rows = n + m
  let [seen, seenNow] = [0, 0]
  let [left, right] = [0, 0]
  for (let i = 0; i < reference.length; i++) {
    const [a, b] = [reference[i] as number, current[i] as number]
    const rank = seen + seenNow + (a + b + 1) / 2
    left += squares(rank - seen, a)
    right += squares(rank - seenNow, b)
    seen += a
    seenNow += b
  }
  const product = n * m
  const sum = n * left + m * right
  const statistic = sum / (product * rows) - (4 * product - 1) / (6 * rows)
  const mean = (1 + 1 / rows) / 6
  const variance = varianceRatio(n, m) / 45
  const at = 1 / 6 + (statistic - mean) / Math.sqrt(45 * variance)
  return {
    statistic,
    sum,
    at,
    p: at < 0.003 ? 1 : weightedChiSquareSf(at, cramerVonMisesWeighting.continuous),
  }
}

/** Σ (offset - j)² for j from 1 to count. */
const squares = (offset: number, count: number): number =>
  count * offset * offset -
  offset * count * (count + 1) +
  (count * (count + 1) * (2 * count + 1)) / 6

/**
 * The exact p-value for rows without ties, as scipy computes it from Σ = n Σ (rank - i)² + m Σ (rank - j)²: the
 * share of lattice paths (Xiao, Gordon, Yakovlev, Journal of Statistical Software 17, 2007). Sums of ties are
 * rounded down to the next possible one. Time and memory grow with the number of distinct sums, about (nm)²: for
 * 20 rows a side.
 */
export function cramerVonMisesExactP(sum: number, n: number, m: number): number {
  const common = (n * m) / greatestDivisor(n, m)
  const [a, b] = [common / n, common / m]
  const product = n * m
  const least = Math.floor(
    (common ** 2 * (n + m) * (6 * sum - product * (4 * product - 1))) / (6 * product ** 2),
  )
  let row: Sums[] = []
  for (let v = 0; v <= m; v++) {
    const next: Sums[] = []
    for (let u = 0; u <= n; u++) {
      const before = next[u - 1]
      const below = row[u]
      const here = u + v === 0 ? start : merge(before, below)
      const step = (a * u - b * v) ** 2
      for (let i = 0; i < here.sums.length; i++) here.sums[i] = (here.sums[i] as number) + step
      next.push(here)
    }
    row = next
  }
  const { sums, paths } = row[n] as Sums
  const [above, all] = [0, 1].map((any) =>
    paths.reduce(
      (total, count, i) => (any || (sums[i] as number) >= least ? total + count : total),
      0,
    ),
  ) as [number, number]
  return above / all
}

/** Possible sums in ascending order, and how many paths have each. */
interface Sums {
  readonly sums: Float64Array
  readonly paths: Float64Array
}

const start: Sums = { sums: Float64Array.of(0), paths: Float64Array.of(1) }

function merge(left?: Sums, right?: Sums): Sums {
  const [one, other] = [left ?? empty, right ?? empty]
  const sums = new Float64Array(one.sums.length + other.sums.length)
  const paths = new Float64Array(sums.length)
  let size = 0
  for (let i = 0, j = 0; i < one.sums.length || j < other.sums.length; size++) {
    const x = one.sums[i] ?? Number.POSITIVE_INFINITY
    const y = other.sums[j] ?? Number.POSITIVE_INFINITY
    sums[size] = Math.min(x, y)
    paths[size] =
      (x <= y ? (one.paths[i++] as number) : 0) + (y <= x ? (other.paths[j++] as number) : 0)
  }
  return { sums: sums.slice(0, size), paths: paths.slice(0, size) }
}

const empty: Sums = { sums: new Float64Array(0), paths: new Float64Array(0) }

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))
