/** Cells to one unit of the logarithm: neighbouring edges lie 6 % apart. */
const perUnit = 16

/**
 * A cell of its own for every range of values 6 % wide: of odds between 0 and 1, of the value itself beyond. Values in
 * order lie in cells in order, whatever their unit, so that sums can be kept before anyone knows where values lie.
 */
export function fineCell(value: number): number {
  if (value < 0) return -60_000 - Math.floor(perUnit * Math.log(-value))
  if (value === 0) return -40_000
  if (value < 1) return Math.floor(perUnit * Math.log(value / (1 - value)))
  return 40_000 + Math.floor(perUnit * Math.log(value))
}

/** Rows of a fine cell, and sums over them: how many have label 1; label less score, and its square. */
export type CellSums = readonly [
  cell: number,
  rows: number,
  ones: number,
  gaps: number,
  squares: number,
]

/** The same cells with what both hold, in order. */
export function addCells(left: readonly CellSums[], right: readonly CellSums[]): CellSums[] {
  const all = new Map<number, [number, number, number, number, number]>()
  for (const [cell, rows, ones, gaps, squares] of [...left, ...right]) {
    const known = all.get(cell) ?? [cell, 0, 0, 0, 0]
    const [, r, o, g, s] = known
    all.set(cell, [cell, r + rows, o + ones, g + gaps, s + squares])
  }
  return [...all.values()].sort(([a], [b]) => a - b)
}

/** Sums by fine cell of scores, in order of the cells. */
export function cellsOf(scores: ArrayLike<number>, labels?: ArrayLike<number>): CellSums[] {
  const all = new Map<number, [number, number, number, number, number]>()
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] as number
    const cell = fineCell(score)
    let sums = all.get(cell)
    if (sums === undefined) {
      sums = [cell, 0, 0, 0, 0]
      all.set(cell, sums)
    }
    const label = labels === undefined ? 0 : (labels[row] as number)
    const gap = labels === undefined ? 0 : label - score
    sums[1]++
    sums[2] += label
    sums[3] += gap
    sums[4] += gap * gap
  }
  return [...all.values()].sort(([a], [b]) => a - b)
}

const mostCells = 20
const rowsPerCell = 100
/** Rows now, below which a cell says little. */
const rowsNow = 20

/** What a merged cell holds of both sides. */
export interface TwoSided {
  /** Fine cells from it on, and below the next one's. */
  readonly from: number
  readonly before: CellSums
  readonly now: CellSums
}

/**
 * Neighbouring fine cells made one until each holds a twentieth of the rows of both sides, and at least 100, 20 of them
 * now: cut where rows are, not where labels are.
 */
export function mergedCells(before: readonly CellSums[], now: readonly CellSums[]): TwoSided[] {
  const rowsOf = (cells: readonly CellSums[]) => cells.reduce((sum, [, rows]) => sum + rows, 0)
  const all = rowsOf(before) + rowsOf(now)
  const wanted = Math.max(rowsPerCell, all / mostCells)
  const [old, fresh] = [byCell(before), byCell(now)]
  const cells = [...new Set([...old.keys(), ...fresh.keys()])].sort((a, b) => a - b)
  const merged: TwoSided[] = []
  let open: TwoSided | null = null
  for (const cell of cells) {
    const left: TwoSided = open ?? { from: cell, before: none(cell), now: none(cell) }
    open = {
      from: left.from,
      before: together(left.before, old.get(cell)),
      now: together(left.now, fresh.get(cell)),
    }
    if (open.before[1] + open.now[1] < wanted || open.now[1] < rowsNow) continue
    merged.push(open)
    open = null
  }
  const last = merged.pop()
  if (open === null || last === undefined) return [last, open].flatMap((each) => each ?? [])
  // What is left over is too few rows for a cell.
  const both = { before: together(last.before, open.before), now: together(last.now, open.now) }
  return [...merged, { from: last.from, ...both }]
}

const none = (cell: number): CellSums => [cell, 0, 0, 0, 0]
const byCell = (cells: readonly CellSums[]) => new Map(cells.map((sums) => [sums[0], sums]))

const together = (left: CellSums, right: CellSums | undefined): CellSums =>
  right === undefined
    ? left
    : [left[0], left[1] + right[1], left[2] + right[2], left[3] + right[3], left[4] + right[4]]

/** What is left of sums when a part of them is taken out. */
export function withoutCells(all: readonly CellSums[], part: readonly CellSums[]): CellSums[] {
  const taken = byCell(part)
  return all.flatMap((sums): CellSums[] => {
    const [cell, rows, ones, gaps, squares] = sums
    const [, r, o, g, s] = taken.get(cell) ?? none(cell)
    return rows > r ? [[cell, rows - r, ones - o, gaps - g, squares - s]] : []
  })
}
