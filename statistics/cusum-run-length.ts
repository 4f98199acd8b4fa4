import { type RunLength, runLength } from './run-length.ts'
import { normalSf } from './special.ts'

/** A chart of errors over whole steps: an error adds `up`, none takes `down` off, and it alarms above `top`. */
export interface LatticeChart {
  readonly up: number
  readonly down: number
  readonly top: number
}

/** Run length of one or two CUSUM charts that share a stream of errors at `rate`, exact. */
export function latticeRunLength(charts: readonly LatticeChart[], rate: number): RunLength {
  const [first, second] = charts as readonly [LatticeChart, LatticeChart?]
  const rows = first.top + 1
  const width = (second?.top ?? 0) + 1
  const start = new Float64Array(rows * width)
  start[0] = 1
  const move = (chart: LatticeChart | undefined, at: number, error: boolean) =>
    chart === undefined ? 0 : error ? at + chart.up : Math.max(0, at - chart.down)
  const tops = [first.top, second?.top ?? 0] as const
  const ups = Array.from({ length: width }, (_, j) => move(second, j, true))
  const downs = Array.from({ length: width }, (_, j) => move(second, j, false))
  return runLength(start, (from, to) => {
    to.fill(0)
    for (let i = 0; i < rows; i++) {
      const up = move(first, i, true)
      const down = move(first, i, false) * width
      for (let j = 0; j < width; j++) {
        const mass = from[i * width + j] as number
        if (mass === 0) continue
        const low = down + (downs[j] as number)
        to[low] = (to[low] as number) + mass * (1 - rate)
        const right = ups[j] as number
        if (up > tops[0] || right > tops[1]) continue
        const high = up * width + right
        to[high] = (to[high] as number) + mass * rate
      }
    }
  })
}

/**
 * Run length of a CUSUM of normal values with deviation 1 and mean `mean`: max(0, S + x - slack) above `top`. Cells of
 * equal width stand for S (Brook and Evans), with 0 apart.
 */
export function normalCusumRunLength(slack: number, top: number, mean = 0, cells = 120): RunLength {
  const width = top / cells
  // Probability to get from the middle of a cell at or below the end of another; rows begin with S = 0.
  const rows = Array.from({ length: cells + 1 }, (_, i) => {
    const at = i === 0 ? 0 : (i - 0.5) * width
    const below = (x: number) => 1 - normalSf(x - at + slack - mean)
    const row = new Float64Array(cells + 1)
    let before = below(0)
    row[0] = before
    for (let j = 1; j <= cells; j++) {
      const here = below(j * width)
      row[j] = here - before
      before = here
    }
    return row
  })
  return denseRunLength(rows, 0)
}

/** Of a chain whose transitions among its allowed states are `rows`. */
export function denseRunLength(rows: readonly Float64Array[], first: number): RunLength {
  const start = new Float64Array(rows.length)
  start[first] = 1
  return runLength(start, (from, to) => {
    to.fill(0)
    for (let i = 0; i < from.length; i++) {
      const mass = from[i] as number
      if (mass === 0) continue
      const row = rows[i] as Float64Array
      for (let j = 0; j < row.length; j++) to[j] = (to[j] as number) + mass * (row[j] as number)
    }
  })
}
