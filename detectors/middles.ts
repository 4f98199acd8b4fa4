import type { ValueCells } from '../statistics/transport.ts'
import type { NumericSides } from './sides.ts'

/** Each cell's rows at the middle of the cell: exact for one cell per value. */
export function middles({ low, high, reference, current }: NumericSides): ValueCells {
  // Halves, since the sum of two doubles may not be one.
  const values = low.map((from, i) => from / 2 + (high[i] as number) / 2)
  return { values, reference, current }
}
