import { z } from 'zod'
import { cellQuantile } from '../statistics/cell-quantile.ts'
import type { ValueCells } from '../statistics/transport.ts'
import { middles } from './middles.ts'
import { type NumericSides, totalOf } from './sides.ts'

const scale = z.enum(['sd', 'iqr', 'none'])

/** `sd`: the reference's standard deviation, `iqr`: the width of its middle half, `none`: the feature's own unit. */
export type Scale = z.infer<typeof scale>

/** The options of a distance in units of the reference, and examples of them. */
export const scaleOptions = z.strictObject({ scale: scale.default('sd') })
export const scaleExamples: readonly z.input<typeof scaleOptions>[] = [
  {},
  { scale: 'iqr' },
  { scale: 'none' },
]

export interface InUnits {
  readonly cells: ValueCells
  /** Width of each cell. */
  readonly widths: Float64Array
}

/** Larger and smaller places are not told apart: squares of them would leave the doubles. */
const farthest = 1e150

/**
 * The middles of the cells, and their widths, in units of the reference, from its middle row. A middle half of one value
 * has no width, then its standard deviation is the unit; a constant has none either, then that of both sides
 * together, each with the same weight.
 */
export function inUnits(sides: NumericSides, scale: Scale): InUnits {
  const { values, reference, current } = middles(sides)
  const unit = unitOf(sides, values, scale)
  const middle = scale === 'none' ? 0 : cellQuantile(values, reference, 0.5)
  // Halves, since the difference of two doubles may not be one.
  const placed = (value: number) =>
    Math.max(-farthest, Math.min(farthest, (value / 2 - middle / 2) / (unit / 2)))
  return {
    cells: { values: Float64Array.from(values, placed), reference, current },
    widths: sides.low.map((from, i) =>
      from === sides.high[i] ? 0 : placed(sides.high[i] as number) - placed(from),
    ),
  }
}

function unitOf({ moments, reference, current }: NumericSides, values: Places, scale: Scale) {
  if (scale === 'none') return 1
  if (scale === 'iqr') {
    const half = cellQuantile(values, reference, 0.75) - cellQuantile(values, reference, 0.25)
    if (half > 0 && Number.isFinite(half)) return half
  }
  const sd = moments.reference?.sd ?? 0
  if (sd > 0 && Number.isFinite(sd)) return sd
  return pooledSpread(values, reference, current)
}

type Places = ArrayLike<number>

function pooledSpread(values: Places, reference: Places, current: Places): number {
  const [n, m] = [totalOf(reference), totalOf(current)]
  const share = (i: number) => (reference[i] as number) / n / 2 + (current[i] as number) / m / 2
  const largest =
    Math.max(Math.abs(values[0] as number), Math.abs(values[values.length - 1] as number)) || 1
  let mean = 0
  for (let i = 0; i < values.length; i++) mean += share(i) * ((values[i] as number) / largest)
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    squares += share(i) * ((values[i] as number) / largest - mean) ** 2
  }
  return Math.sqrt(squares) * largest || 1
}
