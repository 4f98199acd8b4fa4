import {
  type CalibrationShift,
  calibrationShift,
} from '../../statistics/concept/calibration-change.ts'
import { type CellSums, mergedCells, withoutCells } from '../../statistics/concept/fine-cells.ts'
import { gapCell } from '../../statistics/concept/gap.ts'
import { type RateShift, rateShift } from '../../statistics/concept/label-given-score.ts'
import { type Dispersion, dispersionOf } from '../../statistics/dispersion.ts'
import { mean } from '../../statistics/mean-variance.ts'
import { logChiSquareSf } from '../../statistics/special.ts'

export interface CellShifts {
  /** Of the gaps of label and probability. */
  readonly gaps: CalibrationShift
  /** Of the rates of label 1. */
  readonly rates: RateShift
}

/** How sums by score differ, range by range. */
export function cellShifts(before: readonly CellSums[], now: readonly CellSums[]): CellShifts {
  const merged = mergedCells(before, now)
  const [old, fresh] = [merged.map((cell) => cell.before), merged.map((cell) => cell.now)]
  return {
    gaps: calibrationShift(gapCells(old), gapCells(fresh)),
    rates: rateShift(old.map(counts), fresh.map(counts)),
  }
}

const counts = ([, rows, ones]: CellSums) => ({ rows, ones })

function gapCells(cells: readonly CellSums[]) {
  const rows = cells.reduce((sum, [, n]) => sum + n, 0)
  const overall = cells.reduce((sum, [, , , , square]) => sum + square, 0) / Math.max(1, rows)
  return cells.map(([, n, , gap, square]) => gapCell(n, gap, square, overall))
}

/** How much more windows differ from the others than sampling explains; null: sampling noise only. */
export interface CellSpreads {
  readonly gaps: Dispersion | null
  readonly shape: Dispersion | null
}

/** Of windows in order of time, each against the sums of all others. */
export function cellSpreads(
  windows: readonly (readonly CellSums[])[],
  all: readonly CellSums[],
): CellSpreads {
  const shifts = windows.map((cells) => cellShifts(withoutCells(all, cells), cells))
  return {
    gaps: spreadOf(shifts.map(({ gaps }) => [gaps.sum, gaps.degrees])),
    shape: spreadOf(shifts.map(({ rates }) => [rates.shape, rates.degrees])),
  }
}

function spreadOf(
  statistics: readonly (readonly [sum: number, degrees: number])[],
): Dispersion | null {
  const told = statistics.filter(([, degrees]) => degrees > 0)
  if (told.length === 0) return null
  const degrees = Math.max(1, Math.round(mean(told.map(([, each]) => each))))
  return dispersionOf(
    told.map(([sum, each]) => -2 * logChiSquareSf(sum, each)),
    { degrees },
  )
}
