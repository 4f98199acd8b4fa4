import { type BridgeStep, bridgeCrossing } from './bridge-crossing.ts'
import { groupPathCost, groupPathSf } from './group-paths.ts'
import { hypergeometricRoot } from './hypergeometric-root.ts'
import { latticeCost, latticePathSf } from './lattice-paths.ts'
import { quantileCellsCost, quantileCellsSf } from './quantile-cells.ts'
import { kolmogorovSf } from './special.ts'

/** Cells of less than this share of the pooled rows are watched together with their neighbours. */
const coarse = 1 / 40
/** Together they make steps of this share. */
const together = 1 / 8

/** Steps of the exact walk that are worth it (1 to 3 ns each): few looks, many, at nearly every row; few rows. */
const exactSteps = { coarse: 250_000, fine: 300_000, rows: 3_000_000, fewRows: 1_500_000 }

/**
 * P(D >= gap / (nm)) under the permutations of the pooled rows, with ties and cells as they are: D looks at the
 * ends of the cells only, `groups` rows each. By default exact where that takes a few milliseconds at most, else by
 * the limit, a Brownian bridge at the same places. Relative error of the limit beyond that switch, p down to 1e-6:
 * 1 % where cells hold 2.5 % of the rows or more, else mostly below 5 % and at most 10 %, nearly always towards a
 * larger p (test).
 */
export function tiedKolmogorovSf(
  gap: number,
  n: number,
  m: number,
  groups: ArrayLike<number>,
  method: 'exact' | 'limit' | 'auto' = 'auto',
): number {
  if (gap <= 0) return 1
  const { largest, spacing } = measure(groups, n + m)
  const isFine = largest < coarse * (n + m)
  const kind = !isFine ? 'coarse' : spacing * (n + m) < 8 ? 'rows' : 'fine'
  const [walk, cost] = isFine
    ? [latticePathSf, latticeCost(gap, n, m, largest)]
    : [groupPathSf, groupPathCost(gap, n, m, groups)]
  if (method === 'exact' || (method === 'auto' && cost <= exactSteps[kind])) {
    return walk(gap, n, m, groups)
  }
  // Few rows against very many: their places move in steps that the limit does not know.
  if (isFine && method === 'auto' && groupPathCost(gap, n, m, groups) <= exactSteps.fewRows) {
    return groupPathSf(gap, n, m, groups)
  }
  return isFine ? fineLimit(gap, n, m, spacing) : bridgeCrossing(bridgeSteps(gap, n, m, groups))
}

/** Rows of the largest group, and the mean share of a group where the bridge is widest, weighted by t (1 - t). */
function measure(groups: ArrayLike<number>, rows: number) {
  let largest = 0
  let passed = 0
  let weight = 0
  let spacing = 0
  const perRow = 1 / rows
  for (let i = 0; i < groups.length; i++) {
    const size = groups[i] as number
    if (size === 0) continue
    if (size > largest) largest = size
    const t = (passed + size / 2) * perRow
    const width = t * (1 - t)
    weight += width
    spacing += width * size
    passed += size
  }
  return { largest, spacing: spacing / rows / weight }
}

/** Kolmogorov's limit with the bound moved out: between two looks the bridge may be higher. */
function fineLimit(gap: number, n: number, m: number, spacing: number): number {
  const bound = 0.5 * hypergeometricRoot((n + m) / 2, gap / (n + m), n, m, 0)
  return kolmogorovSf(bound + seenLate(bound, spacing, n + m))
}

/**
 * How much lower a maximum is when looked for at every `spacing` of time only: 0.5826 sqrt(spacing) (Chernoff
 * 1965; Broadie, Glasserman, Kou 1997, -ζ(1/2) / sqrt(2 pi)), less what single rows move anyway; the second term
 * is fitted to the recursion (error of p below 1 % from 32 looks on, p from 0.3 to 1e-6).
 */
const seenLate = (bound: number, spacing: number, rows: number): number =>
  0.5825971579 *
  Math.max(0, Math.sqrt(spacing) - Math.sqrt(1 / rows)) *
  Math.max(0, 1 - 0.092 * bound * bound * spacing)

function bridgeSteps(gap: number, n: number, m: number, groups: ArrayLike<number>): BridgeStep[] {
  const rows = n + m
  const steps: BridgeStep[] = []
  let passed = 0
  let open = { rows: 0, squares: 0 }
  const close = () => {
    if (open.rows === 0) return
    const late = seenLate(1.5, open.squares / open.rows / rows, rows)
    const middle = passed - open.rows / 2
    const [first, last] = [passed - open.rows || middle, passed < rows ? passed : middle]
    const watchedFrom = bounds(first, gap, n, m, false, late)
    steps.push({ end: passed / rows, ...bounds(last, gap, n, m, false, late), watchedFrom })
    open = { rows: 0, squares: 0 }
  }
  for (let i = 0; i < groups.length; i++) {
    const size = groups[i] as number
    if (size === 0) continue
    if (size >= coarse * rows) {
      close()
      passed += size
      const end = passed / rows
      if (passed < rows)
        steps.push({ end, ...bounds(passed, gap, n, m, true, 0), watchedFrom: null })
      else steps.push({ end: 1, upper: 1, lower: -1, watchedFrom: null })
    } else {
      passed += size
      open = { rows: open.rows + size, squares: open.squares + size * size }
      if (open.rows >= together * rows) close()
    }
  }
  close()
  return steps
}

/** The bounds of the bridge behind k pooled rows that have the probability of the counts out there. */
function bounds(k: number, gap: number, n: number, m: number, lattice: boolean, late: number) {
  const t = k / (n + m)
  const sd = Math.sqrt(t * (1 - t))
  const side = (a: number, b: number) => {
    const mean = (k * a) / (n + m)
    const far = gap / (n + m)
    // The first whole number out there; half a row before it the smooth law begins.
    const excess = lattice ? Math.ceil(mean + far - 1e-9) - mean : far
    return sd * hypergeometricRoot(k, excess, a, b, lattice ? 0.5 : 0) + late
  }
  return { upper: side(n, m), lower: -side(m, n) }
}

/** Sources times spread for which the exact law of quantile cells is worth it (a millisecond). */
const exactQuantileSteps = 100_000

/**
 * The p-value of D = gap / (nm) read from cells: the law of cells that end at values of the reference where both
 * samples are so small that single rows matter, else the permutations of the pooled rows.
 */
export function kolmogorovSmirnovCellsP(
  gap: number,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  edges: 'of the reference' | 'given',
): number {
  const groups = new Float64Array(reference.length)
  let [n, m] = [0, 0]
  for (let i = 0; i < groups.length; i++) {
    n += reference[i] as number
    m += current[i] as number
    groups[i] = (reference[i] as number) + (current[i] as number)
  }
  const isSmall = quantileCellsCost(gap, n, m, reference.length) <= exactQuantileSteps
  return edges === 'of the reference' && isSmall
    ? quantileCellsSf(gap, n, m, reference)
    : tiedKolmogorovSf(gap, n, m, groups)
}
