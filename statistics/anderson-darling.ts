import { type BridgeWeighting, bridgeLaw, continuousLaw, formAnew } from './bridge-forms.ts'
import { exactTablesP } from './exact-tables.ts'
import { heavyGroupP } from './heavy-group.ts'
import { total } from './total.ts'
import { workspace } from './workspace.ts'

/** How tied rows are counted: half below and half above, all below, or as if each had its own place. */
export type AndersonDarlingTies = 'midrank' | 'right' | 'continuous'

/** Counts of k >= 2 samples over the same ordered cells. */
export type SampleCounts = readonly ArrayLike<number>[]

/**
 * The k-sample Anderson-Darling statistic (Scholz and Stephens, Journal of the American Statistical Association 82,
 * 1987, equations 7, 6 and 3): the sum over samples of squared gaps from the pooled distribution function, weighted
 * by the inverse of its variance, so that the tails count as much as the middle. About k - 1 without any change.
 */
export function andersonDarling(
  samples: SampleCounts,
  ties: AndersonDarlingTies = 'midrank',
): number {
  const sizes = samples.map(total)
  const rows = total(sizes)
  if (sizes.length < 2 || sizes.some((size) => !(size > 0))) {
    throw new RangeError('andersonDarling takes two samples or more, none of them empty')
  }
  const statistic = ties === 'midrank' ? midranks(samples, sizes) : placed(samples, sizes, ties)
  return ties === 'midrank' ? (statistic * (rows - 1)) / rows : statistic
}

/** Tied rows half below and half above: one square for each group and sample. */
function midranks(samples: SampleCounts, sizes: readonly number[]): number {
  const rows = total(sizes)
  const [first, second] = samples as [ArrayLike<number>, ArrayLike<number>]
  if (samples.length === 2) {
    return midranksOfTwo(
      first,
      second,
      (sizes[0] as number) / rows,
      (sizes[1] as number) / rows,
      rows,
    )
  }
  const cells = first.length
  const shares = sizes.map((size) => size / rows)
  const seen = sizes.map(() => 0)
  let [statistic, passed] = [0, 0]
  for (let cell = 0; cell < cells; cell++) {
    let group = 0
    for (let i = 0; i < samples.length; i++) group += samples[i]![cell] as number
    if (group === 0) continue
    const below = passed + group / 2
    let sum = 0
    for (let i = 0; i < samples.length; i++) {
      const count = samples[i]![cell] as number
      const share = shares[i] as number
      const before = seen[i] as number
      const gap = before + count / 2 - below * share
      sum += (gap * gap) / share
      seen[i] = before + count
    }
    const variance = below * (rows - below) - (rows * group) / 4
    if (variance > 0) statistic += (group * sum) / variance
    passed += group
  }
  return statistic
}

/** The same sum, written out: it is asked of every feature of every window. */
function midranksOfTwo(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  shareOfFirst: number,
  shareOfSecond: number,
  rows: number,
): number {
  let [statistic, passed, seen, seenOfSecond] = [0, 0, 0, 0]
  for (let cell = 0; cell < first.length; cell++) {
    const count = first[cell] as number
    const countOfSecond = second[cell] as number
    const group = count + countOfSecond
    if (group === 0) continue
    const below = passed + group / 2
    const gap = seen + count / 2 - below * shareOfFirst
    const gapOfSecond = seenOfSecond + countOfSecond / 2 - below * shareOfSecond
    const sum = (gap * gap) / shareOfFirst + (gapOfSecond * gapOfSecond) / shareOfSecond
    const variance = below * (rows - below) - (rows * group) / 4
    if (variance > 0) statistic += (group * sum) / variance
    seen += count
    seenOfSecond += countOfSecond
    passed += group
  }
  return statistic
}

function placed(
  samples: SampleCounts,
  sizes: readonly number[],
  ties: 'right' | 'continuous',
): number {
  const rows = total(sizes)
  const before = sizes.map(() => 0)
  let passed = 0
  let statistic = 0
  for (let cell = 0; cell < (samples[0] as ArrayLike<number>).length; cell++) {
    const counts = samples.map((sample) => sample[cell] as number)
    const group = total(counts)
    if (group === 0) continue
    const weight = weights[ties](passed, group, rows)
    for (const [i, size] of sizes.entries()) {
      const seen = (before[i] as number) + (counts[i] as number)
      statistic += weight((below) => (rows * seen - below * size) ** 2) / (size * rows)
      before[i] = seen
    }
    passed += group
  }
  return statistic
}

type Weighted = (square: (below: number) => number) => number

/** Σ of the squared gap at the place or places of one group, each over its variance. */
const weights: Record<
  'right' | 'continuous',
  (before: number, group: number, rows: number) => Weighted
> = {
  right: (before, group, rows) => (square) => {
    const below = before + group
    return below < rows ? (group * square(below)) / (below * (rows - below)) : 0
  },
  continuous: (before, group, rows) => (square) => {
    let sum = 0
    for (let below = before + 1; below <= Math.min(before + group, rows - 1); below++) {
      sum += square(below) / (below * (rows - below))
    }
    return sum
  },
}

/** Standard deviation of the statistic of rows without ties (Scholz and Stephens, equation 4). */
export function andersonDarlingSd(sizes: ArrayLike<number>): number {
  const rows = total(sizes)
  const k = sizes.length
  let inverse = 0
  for (let i = 0; i < k; i++) inverse += 1 / (sizes[i] as number)
  const { g, h } = sumsOf(rows)
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverse
  const b = (2 * g - 4) * k ** 2 + 8 * h * k + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6
  const c = (6 * h + 2 * g - 2) * k ** 2 + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverse + 4 * h
  const d = (2 * h + 6) * k ** 2 - 4 * h * k
  const variance =
    (a + b / rows + c / rows ** 2 + d / rows ** 3) /
    ((1 - 1 / rows) * (1 - 2 / rows) * (1 - 3 / rows))
  return Math.sqrt(variance)
}

/** Σ 1 / i, and Σ 1 / ((rows - i) j) over i < j. The features of a window have about the same rows: one is kept. */
function sumsOf(rows: number): { readonly rows: number; readonly g: number; readonly h: number } {
  if (last.rows === rows) return last
  let [harmonic, g] = [0, 0]
  for (let i = rows - 1; i >= 2; i--) {
    harmonic += 1 / i
    g += harmonic / (rows - i + 1)
  }
  last = { rows, g, h: harmonic + 1 }
  return last
}

let last = { rows: 0, g: 0, h: 0 }

/** The statistic less its mean k - 1, over its standard deviation. */
export const andersonDarlingNormalised = (
  samples: SampleCounts,
  ties: AndersonDarlingTies = 'midrank',
): number =>
  (andersonDarling(samples, ties) - (samples.length - 1)) / andersonDarlingSd(samples.map(total))

/** Of the mean of the bridge at both ends of a cell, over its variance; weights 1 / (j (j + 1)) without ties. */
export const andersonDarlingWeighting: BridgeWeighting = {
  form: (shares, room = formAnew) => {
    const inner = shares.length - 1
    const diagonal = room.diagonal(inner)
    const beside = room.beside(Math.max(0, inner - 1))
    let [passed, before] = [0, 0]
    for (let i = 0; i <= inner; i++) {
      const share = shares[i] as number
      const middle = passed + share / 2
      passed += share
      const quarter = share / (middle * (1 - middle) - share / 4) / 4
      if (i > 0) diagonal[i - 1] = before + quarter
      if (i > 0 && i < inner) beside[i - 1] = quarter
      before = quarter
    }
    return { diagonal, beside }
  },
  continuous: continuousLaw((j) => 1 / (j * (j + 1))),
  first: (below) => below * (1 - below),
}

/**
 * P(A² >= statistic) of the midrank statistic under the permutations of pooled rows that fall into groups of equal
 * values: exact for two samples over few groups, else the limit law at these ties, with mean and variance of the finite samples (the variance that of rows
 * without ties). Neither interpolated nor clipped; see the page of the detector for its error. A p-value that is surely at
 * least `enough` may be told as 1.
 */
export function andersonDarlingP(
  statistic: number,
  samples: SampleCounts,
  enough?: number,
): number {
  const groups = groupRoom((samples[0] as ArrayLike<number>).length)
  let filled = 0
  for (let i = 0; i < groups.length; i++) {
    let group = 0
    for (let k = 0; k < samples.length; k++) group += (samples[k] as ArrayLike<number>)[i] as number
    groups[i] = group
    if (group > 0) filled++
  }
  if (filled < 2) return 1
  const sizes = samples.map(total)
  const degrees = samples.length - 1
  const [n, m] = sizes as [number, number]
  const form = (statistic * (n + m)) / (n + m - 1)
  const exact =
    degrees === 1
      ? (exactTablesP(form, andersonDarlingWeighting, groups, n, m) ??
        heavyGroupP(form, andersonDarlingWeighting, groups, n, m))
      : null
  if (exact !== null) return exact
  const { sf, mean } = bridgeLaw(groups, andersonDarlingWeighting, degrees)
  // From ten thousand rows on the finite variance is the limit's to a tenth of a percent.
  const ratio =
    total(sizes) > 10_000 ? 1 : andersonDarlingSd(sizes) / Math.sqrt(limitVariance * degrees)
  return sf(mean + (statistic - mean) / ratio, enough)
}

const groupRoom = workspace()
const limitVariance = 2 * (Math.PI ** 2 / 3 - 3)

/** Table 2 of Scholz and Stephens: constants of the critical values of the levels beside it. */
const table = [
  [0.25, 0.675, -0.245, -0.105],
  [0.1, 1.281, 0.25, -0.305],
  [0.05, 1.645, 0.678, -0.362],
  [0.025, 1.96, 1.149, -0.391],
  [0.01, 2.326, 1.822, -0.396],
  [0.005, 2.573, 2.364, -0.345],
  [0.001, 3.085, 3.615, -0.154],
] as const

/** scipy's critical values of the normalised statistic, of the levels 25, 10, 5, 2.5, 1, 0.5 and 0.1 %. */
export const andersonDarlingCritical = (samples: number): number[] =>
  table.map(([, b0, b1, b2]) => b0 + b1 / Math.sqrt(samples - 1) + b2 / (samples - 1))

/** scipy's p-value of the normalised statistic: a parabola through the logarithms of seven levels, 0.001 to 0.25. */
export function andersonDarlingScipyP(normalised: number, samples: number): number {
  const critical = andersonDarlingCritical(samples)
  if (normalised < Math.min(...critical)) return 0.25
  if (normalised > Math.max(...critical)) return 0.001
  const middle = total(critical) / critical.length
  const fit = parabola(
    critical.map((value) => value - middle),
    table.map(([level]) => Math.log(level)),
  )
  return Math.exp(fit.reduce((sum, c, power) => sum + c * (normalised - middle) ** power, 0))
}

/** Coefficients of the least-squares parabola, the constant first, by Cramer's rule. */
function parabola(x: readonly number[], y: readonly number[]): number[] {
  const moment = (power: number) => x.reduce((sum, value) => sum + value ** power, 0)
  const matrix = [0, 1, 2].map((i) => [0, 1, 2].map((j) => moment(i + j)))
  const right = [0, 1, 2].map((i) => x.reduce((sum, v, k) => sum + v ** i * (y[k] as number), 0))
  const whole = determinant(matrix)
  return [0, 1, 2].map(
    (column) =>
      determinant(
        matrix.map((row, i) => row.map((v, j) => (j === column ? (right[i] as number) : v))),
      ) / whole,
  )
}

function determinant(matrix: readonly (readonly number[])[]): number {
  const [[a, b, c], [d, e, f], [g, h, i]] = matrix as [
    [number, number, number],
    [number, number, number],
    [number, number, number],
  ]
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
}
