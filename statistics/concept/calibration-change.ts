import { chiSquareSf } from '../special.ts'
import { fitGap, type GapReference } from './gap.ts'

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
  let [sum, degrees, moved] = [0, 0, 0]
  for (const [i, after] of now.cells.entries()) {
    const before = reference.cells[i]
    if (before === undefined || before.rows < leastRows || after.rows < leastRows) continue
    // One variance for both sides, by their rows: that of few rows alone would go with their gap.
    const rows = before.rows + after.rows
    const variance = (before.variance * before.rows + after.variance * after.rows) / rows
    const distance = after.mean - before.mean
    sum += distance ** 2 / (variance * (1 / before.rows + 1 / after.rows))
    moved += Math.abs(distance) * after.rows
    degrees++
  }
  return { change: moved / labels.length, p: degrees > 0 ? chiSquareSf(sum, degrees) : 1 }
}
