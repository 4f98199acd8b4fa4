import type { Moments } from '../../detectors/index.ts'

interface Bounds {
  readonly low: Float64Array
  readonly high: Float64Array
}

/** Of values in the middle of their cells: exact where a cell is one value. */
export function momentsOf(cells: Float64Array, { low, high }: Bounds): Moments {
  const middle = (i: number) => ((low[i] as number) + (high[i] as number)) / 2
  let [count, sum] = [0, 0]
  for (let i = 0; i < cells.length; i++) {
    const rows = cells[i] as number
    count += rows
    if (rows > 0) sum += rows * middle(i)
  }
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < cells.length; i++) {
    const rows = cells[i] as number
    if (rows > 0) squares += rows * (middle(i) - mean) ** 2
  }
  return { count, mean, sd: Math.sqrt(squares / count) }
}

/** The smallest and largest value of a side: the bounds of its outermost cells with rows. */
export function rangeOf(cells: Float64Array, { low, high }: Bounds): readonly [number, number] {
  const first = cells.findIndex((rows) => rows > 0)
  const last = cells.findLastIndex((rows) => rows > 0)
  return [low[first] as number, high[last] as number]
}
