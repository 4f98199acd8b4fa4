import type { CalibrationCell } from '../metrics/probability.ts'
import { quantile } from '../quantile.ts'
import { normalQuantile } from '../special.ts'

const draws = 1_000

/**
 * Interval of the expected calibration error that the cells of `calibrationCells` show. The noise of the cells raises
 * the error that is seen above the one there is, most of all for a calibrated model, and no resampling of rows mends
 * that. So for the low end the test is turned round: which true error, gaps of the cells in proportion to those seen,
 * would show this much only in the upper tail, with cells as noisy as these? It is 0 where all may be noise. The high
 * end is one third of the way from that test turned round in the lower tail to an end that takes nothing away for noise and
 * adds the standard error of a sum of gaps of one sign, which is the largest: alone the one is too low where a few cells
 * are pure, and the other holds nearly always where gaps of both signs hide in the noise.
 * `next`: uniform numbers in [0, 1).
 */
export function calibrationErrorInterval(
  cells: readonly CalibrationCell[],
  next: () => number,
  level = 0.95,
): { value: number; low: number; high: number } {
  const filled = cells.filter(({ rows }) => rows > 0)
  const n = filled.reduce((sum, { rows }) => sum + rows, 0)
  const gaps = filled.map(({ scores, labels }) => (labels - scores) / n)
  // Of the share of 1 in a cell, pulled towards its mean score by four rows: a pure cell has a variance, too.
  const sds = filled.map(({ rows, scores, labels }) => {
    const rate = (labels + (4 * scores) / rows) / (rows + 4)
    return Math.sqrt(rows * rate * (1 - rate)) / n
  })
  const value = gaps.reduce((sum, gap) => sum + Math.abs(gap), 0)
  const noise = Array.from({ length: draws }, () => sds.map((sd) => sd * gaussian(next)))
  // The squares of the gaps hold one variance each more than the true ones.
  const shrunk = gaps.map((gap, i) => {
    const sd = sds[i] as number
    return Math.sign(gap) * Math.sqrt(Math.max(0.1 * sd * sd, gap * gap - sd * sd))
  })
  const tail = (1 - level) / 2
  const sd = Math.sqrt(sds.reduce((sum, each) => sum + each * each, 0))
  const careful = value - normalQuantile(tail) * sd
  const turned = errorShowing(value, { shape: shrunk, noise, share: tail / 2 })
  return {
    value,
    // The noise of thin cells is not quite normal: three fifths of the tail keep what the tail promises.
    low: errorShowing(value, { shape: shrunk, noise, share: 1 - 0.6 * tail }),
    high: Math.min(1, Math.max(value, turned + (careful - turned) / 3)),
  }
}

/** The error, spread over the cells in proportion to `shape`, which shows `value` at this quantile of what is seen. */
function errorShowing(
  value: number,
  { shape, noise, share }: { shape: number[]; noise: number[][]; share: number },
): number {
  const size = shape.reduce((sum, gap) => sum + Math.abs(gap), 0)
  const seen = (error: number) => {
    const errors = Float64Array.from(noise, (each) => {
      let sum = 0
      for (let i = 0; i < each.length; i++) {
        sum += Math.abs((error / size) * (shape[i] as number) + (each[i] as number))
      }
      return sum
    })
    return quantile(errors.sort(), share)
  }
  if (!(size > 0) || seen(0) >= value) return 0
  let [low, high] = [0, value]
  while (seen(high) < value) high *= 2
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2
    if (seen(middle) < value) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** By Box and Muller. */
const gaussian = (next: () => number) =>
  Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
