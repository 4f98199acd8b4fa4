import { chiSquareSf } from '../special.ts'
import { fitGap, type GapCell, type GapReference } from './gap.ts'

export interface CalibrationChange {
  /** Mean over rows now of how far a cell's gap moved, in the unit of the estimate. */
  readonly change: number
  /** Of no change of any cell's gap. */
  readonly p: number
}

/** Rows of a cell now, below which it takes no part. */
const leastRows = 20

/**
 * Whether probabilities are as well calibrated as they were, in any direction: the squared changes of the gaps of all
 * cells over their variances. `gapTest` asks for all rows together and is the sharper one where all move alike. Throws
 * a RangeError as `fitGap`.
 */
export function calibrationChange(
  reference: GapReference,
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
): CalibrationChange {
  const now = fitGap(probabilities, labels, reference.edges)
  const { sum, degrees, moved } = calibrationShift(reference.cells, now.cells)
  return { change: moved / labels.length, p: degrees > 0 ? chiSquareSf(sum, degrees) : 1 }
}

export interface CalibrationShift {
  /** A chi-square variable of so many degrees where no gap changed. */
  readonly sum: number
  readonly degrees: number
  /** Sums over rows now: of how far the gap of their cell moved, and of its square. */
  readonly moved: number
  readonly squares: number
  /** Of the squared gaps, less what sampling makes of them: rows now by their cell's gap before, and now. */
  readonly before: number
  readonly now: number
  /** Rows now of the cells that take part. */
  readonly rows: number
}

/** How the gaps of the same cells moved; a cell with few rows on a side takes no part. */
export function calibrationShift(
  before: readonly GapCell[],
  now: readonly GapCell[],
): CalibrationShift {
  const found = { sum: 0, degrees: 0, moved: 0, squares: 0, before: 0, now: 0, rows: 0 }
  for (const [i, after] of now.entries()) {
    const known = before[i]
    if (known === undefined || known.rows < leastRows || after.rows < leastRows) continue
    // One variance for both sides, by their rows: that of few rows alone would go with their gap.
    const rows = known.rows + after.rows
    const variance = (known.variance * known.rows + after.variance * after.rows) / rows
    const distance = after.mean - known.mean
    found.sum += distance ** 2 / (variance * (1 / known.rows + 1 / after.rows))
    found.moved += Math.abs(distance) * after.rows
    found.squares += distance ** 2 * after.rows
    found.before += (known.mean ** 2 - variance / known.rows) * after.rows
    found.now += (after.mean ** 2 - variance / after.rows) * after.rows
    found.rows += after.rows
    found.degrees++
  }
  return found
}
