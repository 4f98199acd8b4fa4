import type { Clusters, Members } from './clusters.ts'

/** How many times more clustered rows vary than as many independent ones. */
export interface DesignEffect {
  /** At least 1; one standard error is added, since it is itself estimated. */
  readonly factor: number
  /** Relative standard error of the estimate. */
  readonly error: number
}

/** The cell of every row, from 0; below 0 where it has none. */
export interface CellsOfRows {
  readonly reference: ArrayLike<number>
  readonly current: ArrayLike<number>
}

/**
 * The design effect of the difference of two sides' shares: its variance between clusters over that of independent rows,
 * averaged over cells as Rao and Scott's first-order correction does (Annals of Statistics 12, 1984; Journal of the
 * American Statistical Association 76, 1981): each cell's ratio with weight 1 - share, so that a chi-square statistic
 * divided by it has the right mean. Of `ordered` cells it is the largest of that, of the mean over the cuts between cells
 * of what the share below the cut varies, and of what the mean rank varies: tests of order look at those, neighbouring
 * values of one cluster make them vary more than the cells do, and far out the direction that varies most decides.
 *
 * A cluster's part is its residual from the shares of its own side, so that a difference of the sides adds nothing; one
 * with rows on both sides enters with both at once. One cluster after the other is summed up: memory does not grow with
 * their number. Throws RangeError where a row's cell is not below `cells`.
 */
export function designEffect(
  rows: CellsOfRows,
  clusters: Clusters,
  cells: number,
  ordered: boolean,
): DesignEffect {
  const before = sharesOf(rows.reference, cells)
  const now = sharesOf(rows.current, cells)
  const sides = [
    { cellOf: rows.reference, members: clusters.reference, sign: 1, ...before },
    { cellOf: rows.current, members: clusters.current, sign: -1, ...now },
  ]
  if (before.rows === 0 || now.rows === 0) return { factor: 1, error: 0 }
  const scale = scales(before, now, cells)
  const sums = { cells: new Sum(), cuts: new Sum(), ranks: new Sum() }
  const part = new Float64Array(cells)
  for (let g = 0; g < clusters.count; g++) {
    part.fill(0)
    let counted = 0
    for (const side of sides) counted += addResiduals(part, side, g)
    if (counted === 0) continue
    let [ofCells, ofCuts, ofRanks, below] = [0, 0, 0, 0]
    for (let i = 0; i < cells; i++) {
      const residual = part[i] as number
      ofCells += residual * residual * (scale.cell[i] as number)
      ofRanks += residual * (scale.rank[i] as number)
      below += residual
      ofCuts += below * below * (scale.cut[i] as number)
    }
    sums.cells.add(ofCells)
    sums.cuts.add(ofCuts)
    sums.ranks.add(ofRanks * ofRanks)
  }
  const found = [sums.cells.over(scale.ofCells)]
  if (ordered) found.push(sums.cuts.over(scale.ofCuts), sums.ranks.over(scale.ofRanks))
  return found.reduce((most, one) => (one.factor > most.factor ? one : most))
}

interface Side {
  readonly cellOf: ArrayLike<number>
  readonly members: Members
  readonly sign: number
  readonly shares: Float64Array
  readonly rows: number
}

function sharesOf(cellOf: ArrayLike<number>, cells: number) {
  const shares = new Float64Array(cells)
  let rows = 0
  for (let row = 0; row < cellOf.length; row++) {
    const cell = cellOf[row] as number
    if (cell < 0) continue
    if (!(cell < cells)) throw new RangeError(`cell ${cell} of ${cells}`)
    shares[cell] = (shares[cell] as number) + 1
    rows++
  }
  return { shares: shares.map((count) => count / Math.max(1, rows)), rows }
}

type Shares = ReturnType<typeof sharesOf>

/** What a squared residual of a cell, and of a cut, counts, the middle rank of a cell, and what the sums are of independent rows. */
function scales(before: Shares, now: Shares, cells: number) {
  const [n, m] = [before.rows, now.rows]
  const cell = new Float64Array(cells)
  const cut = new Float64Array(cells)
  const rank = new Float64Array(cells)
  let [ofCells, ofCuts, below, nowBelow] = [0, 0, 0, 0]
  for (let i = 0; i < cells; i++) {
    const [p, q] = [before.shares[i] as number, now.shares[i] as number]
    rank[i] = (n * (below + p / 2) + m * (nowBelow + q / 2)) / (n + m)
    below += p
    nowBelow += q
    const pooled = (n * p + m * q) / (n + m)
    const passed = (n * below + m * nowBelow) / (n + m)
    if (pooled > 0) {
      cell[i] = 1 / pooled
      ofCells += ((p * (1 - p)) / n + (q * (1 - q)) / m) / pooled
    }
    if (passed > 1e-9 && passed < 1 - 1e-9) {
      cut[i] = 1 / (passed * (1 - passed))
      ofCuts += ((below * (1 - below)) / n + (nowBelow * (1 - nowBelow)) / m) * (cut[i] as number)
    }
  }
  const ofRanks = spread(before, rank) / n + spread(now, rank) / m
  return { cell, cut, rank, ofCells, ofCuts, ofRanks }
}

/** Variance of the rank of one row. */
function spread({ shares }: Shares, rank: Float64Array): number {
  let [mean, square] = [0, 0]
  for (const [i, share] of shares.entries()) {
    mean += share * (rank[i] as number)
    square += share * (rank[i] as number) ** 2
  }
  return square - mean * mean
}

/** Adds a cluster's residuals on one side: its rows in each cell less what its size makes expected, per row of the side. */
function addResiduals(
  part: Float64Array,
  { cellOf, members, sign, shares, rows }: Side,
  g: number,
) {
  const [first, end] = [members.starts[g] as number, members.starts[g + 1] as number]
  let counted = 0
  for (let k = first; k < end; k++) {
    const cell = cellOf[members.rows[k] as number] as number
    if (cell < 0) continue
    counted++
    part[cell] = (part[cell] as number) + sign / rows
  }
  if (counted === 0) return 0
  for (let i = 0; i < part.length; i++) {
    part[i] = (part[i] as number) - (sign * counted * (shares[i] as number)) / rows
  }
  return counted
}

/** A sum over clusters, and how well it is known. */
class Sum {
  #count = 0
  #sum = 0
  #squares = 0

  add(value: number): void {
    this.#count++
    this.#sum += value
    this.#squares += value * value
  }

  over(independent: number): DesignEffect {
    if (this.#count < 2 || !(independent > 0) || this.#sum === 0) return { factor: 1, error: 0 }
    const ratio = ((this.#sum / independent) * this.#count) / (this.#count - 1)
    const error = Math.sqrt(Math.max(0, this.#squares / this.#sum ** 2 - 1 / this.#count))
    return { factor: Math.max(1, ratio * (1 + error)), error }
  }
}
