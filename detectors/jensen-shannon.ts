import { z } from 'zod'
import { jensenShannonBits } from '../statistics/histogram-distances.ts'
import { noncentralInterval } from '../statistics/noncentral.ts'
import { poolCells } from '../statistics/pool-cells.ts'
import { defineDetector } from './detector.ts'
import { effectiveSize, type Sides, usable } from './sides.ts'

/**
 * Jensen-Shannon distance, base 2
 *
 * The square root of the divergence in bits: 0 means the same shares, 1 means nothing in common. Other tools
 * print it with the natural logarithm (at most 0.83). Chance alone makes it positive, about
 * sqrt((cells - 1) (n + m) / (8 n m ln 2)); the effect has that taken off. It describes and never decides.
 */
export const jensenShannon = defineDetector({
  name: 'jensen-shannon',
  title: 'Jensen-Shannon distance',
  reads: 'any',
  from: 'counts',
  definition: 2,
  role: 'description',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.1,
  compare(sides) {
    const n = usable(sides)
    const { reference: left, current: right } = cellsOf(sides, Math.min(n.reference, n.current))
    const bits = jensenShannonBits(left, right)
    // 8 nm/(n+m) times the divergence in nats is close to a chi-square variable.
    const scale = 8 * Math.LN2 * effectiveSize(n.reference, n.current) || 1
    const occupied = Array.from(left).filter((count, i) => count + (right[i] as number) > 0).length
    const degrees = Math.max(1, occupied - 1)
    const [low, high] = noncentralInterval(bits * scale, degrees)
    return {
      score: Math.sqrt(bits),
      effect: Math.sqrt(Math.max(0, bits - degrees / scale)),
      effectInterval: [Math.min(1, Math.sqrt(low / scale)), Math.min(1, Math.sqrt(high / scale))],
      pValueAbsent: 'its law under no change is not known for these cells; it only describes',
      n,
      cells: left.length,
    }
  },
})

/** Raw values of a number have a cell each, and nearly nothing in common: neighbours are taken together. */
function cellsOf(sides: Sides, smaller: number): { reference: Counts; current: Counts } {
  return sides.kind === 'numeric' && sides.cells === 'values'
    ? poolCells(sides.reference, sides.current, Math.max(5, smaller / 30))
    : sides
}

type Counts = ArrayLike<number>
