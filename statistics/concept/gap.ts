import { countBelow } from '../count-below.ts'
import { checkFinite, checkPairs } from '../metrics/rows.ts'
import { quantileEdges } from '../quantile.ts'
import { normalSf } from '../special.ts'

/** What is left of labels, or losses, after their estimates, by how large the estimate was. */
export interface GapCell {
  readonly rows: number
  /** Mean and variance of realised less estimated. */
  readonly mean: number
  readonly variance: number
}

/** Plain JSON. Row i lies in the cell that as many `edges` as are at most its estimate lead to. */
export interface GapReference {
  readonly schema: 'driftgate-gap/1'
  readonly edges: readonly number[]
  readonly cells: readonly GapCell[]
}

const mostCells = 20
const rowsPerCell = 50

/**
 * How far estimates are from what came, on labelled rows of the reference: probabilities and 0/1 labels (CBPE), or
 * estimated and realised losses of rows (DLE); `given` edges cut as another reference did. Of a booster these have to be rows that it did not learn from. Throws a
 * RangeError for no rows, lists of different length, or a number that is not finite.
 */
export function fitGap(
  estimated: ArrayLike<number>,
  realised: ArrayLike<number>,
  given?: readonly number[],
): GapReference {
  checkPairs(estimated, realised)
  checkFinite(estimated, 'the estimate')
  checkFinite(realised, 'what came')
  const wanted = Math.max(1, Math.min(mostCells, Math.floor(estimated.length / rowsPerCell)))
  const edges = given ?? quantileEdges(Float64Array.from(estimated).sort(), wanted)
  const of = edges.map(() => [0, 0, 0]).concat([[0, 0, 0]])
  let squares = 0
  for (let row = 0; row < estimated.length; row++) {
    const left = (realised[row] as number) - (estimated[row] as number)
    const cell = of[countBelow(edges, estimated[row] as number, true)] as number[]
    cell[0] = (cell[0] as number) + 1
    cell[1] = (cell[1] as number) + left
    cell[2] = (cell[2] as number) + left * left
    squares += left * left
  }
  const overall = squares / estimated.length
  return {
    schema: 'driftgate-gap/1',
    edges,
    cells: of.map(([rows = 0, sum = 0, square = 0]) => gapCell(rows, sum, square, overall)),
  }
}

/** Of the sums of a cell; `overall` is the mean square of all rows. */
export function gapCell(rows: number, sum: number, square: number, overall: number): GapCell {
  const mean = rows === 0 ? 0 : sum / rows
  // One row of the overall variance more, so that a cell in which nothing happened is not certain of it.
  return { rows, mean, variance: (square - rows * mean * mean + overall) / (rows + 1) }
}

export interface GapTest {
  /** Mean of realised less estimated over the rows, beyond what the reference showed for such estimates. */
  readonly gap: number
  readonly error: number
  /** Two-sided, of no gap. */
  readonly p: number
}

/**
 * Whether what came differs from what was estimated, on the same labelled rows: the sum of realised less estimated,
 * less what the reference shows for such estimates, against its variance and that of the reference. Inputs may have
 * shifted: only a change of what follows from the same estimate moves it. `weights` make up for who gets a label
 * (`importanceWeights`). Normal law: for 100 rows and more. Throws a RangeError as `fitGap`.
 */
export function gapTest(
  reference: GapReference,
  estimated: ArrayLike<number>,
  realised: ArrayLike<number>,
  weights?: ArrayLike<number>,
): GapTest {
  checkPairs(estimated, realised)
  const cells = reference.cells.map(() => ({ weight: 0, squares: 0 }))
  let [sum, size] = [0, 0]
  for (let row = 0; row < estimated.length; row++) {
    const weight = weights?.[row] ?? 1
    const at = countBelow(reference.edges, estimated[row] as number, true)
    const cell = cells[at] as { weight: number; squares: number }
    cell.weight += weight
    cell.squares += weight * weight
    size += weight
    sum += weight * ((realised[row] as number) - (estimated[row] as number))
  }
  let variance = 0
  for (const [i, { weight, squares }] of cells.entries()) {
    const known = reference.cells[i] as GapCell
    sum -= weight * known.mean
    variance += squares * known.variance + (weight ** 2 * known.variance) / Math.max(1, known.rows)
  }
  const error = Math.sqrt(variance) / size
  const gap = sum / size
  return { gap, error, p: error > 0 ? Math.min(1, 2 * normalSf(Math.abs(gap) / error)) : 1 }
}
