import type { CellDistance } from '../statistics/cell-distances.ts'
import type { NoncentralLaw } from '../statistics/detectable.ts'
import { noncentralInterval } from '../statistics/noncentral.ts'
import type { Comparison } from './detector.ts'
import type { Histogram } from './histogram.ts'
import { effectiveSize } from './sides.ts'

const normal975 = 1.959964

/**
 * Effect of a distance that is a smooth sum over cells, so that `unit` x nm / (n + m) x distance is close to a
 * chi-square variable with cells - 1 degrees when nothing changes: less what chance alone gives, at least 0. The
 * interval is the hull of two: the one of the noncentral chi-square law, right for small changes, and a normal one with
 * variance and bias by the slopes and bends of the terms (delta method), right for large ones.
 */
export function smoothEffect(
  histogram: Histogram,
  distance: CellDistance,
  value: number,
  unit: number,
): { effect: number; interval: [number, number] } {
  const { n, cells } = histogram
  const scale = unit * effectiveSize(n.reference, n.current)
  const degrees = cells - 1
  const [low, high] = noncentralInterval(value * scale, degrees)
  const excess = value - degrees / scale
  const { variance, bias } = byTaylor(histogram, distance)
  const margin = normal975 * Math.sqrt(variance + (2 * degrees) / (scale * scale))
  return {
    effect: Math.max(0, excess),
    interval: [
      Math.max(0, Math.min(low / scale, excess - margin, value - bias - margin)),
      Math.max(high / scale, excess + margin),
    ],
  }
}

/** Effect and interval in another unit: `to` grows with the distance. */
export const inUnit = (
  { effect, interval }: ReturnType<typeof smoothEffect>,
  to: (value: number) => number,
): Pick<Comparison, 'effect' | 'effectInterval'> => ({
  effect: to(effect),
  effectInterval: [to(interval[0]), to(interval[1])],
})

/**
 * How such an effect is estimated, for what could have been seen: it is that power of (noncentrality / (`unit` x nm /
 * (n + m))), at most `most`. Right for small changes; where one empties a cell, larger ones stay unseen.
 */
export const smoothLaw = (
  { n, cells }: Histogram,
  unit: number,
  power: 0.5 | 1,
  most: number,
): { law: NoncentralLaw } => ({
  law: {
    degrees: cells - 1,
    size: unit * effectiveSize(n.reference, n.current),
    power,
    bound: 'delta',
    most,
  },
})

/**
 * Variance of the distance over two multinomial samples, and what it is too large on average: from the slope and the
 * bend of every term in its count, whose variance is about the count itself.
 */
function byTaylor({ reference, current, n }: Histogram, { term }: CellDistance) {
  const before = sums()
  const now = sums()
  for (let i = 0; i < reference.length; i++) {
    const x = reference[i] as number
    const y = current[i] as number
    const here = term(x, y, n.reference, n.current)
    if (x > 0) {
      const below = term(x - 1, y, n.reference, n.current)
      add(before, x, below, here, term(x + 1, y, n.reference, n.current))
    }
    if (y > 0) {
      const below = term(x, y - 1, n.reference, n.current)
      add(now, y, below, here, term(x, y + 1, n.reference, n.current))
    }
  }
  return {
    variance: varianceOf(before) + varianceOf(now),
    bias: Math.max(0, before.bends / 2) + Math.max(0, now.bends / 2),
  }
}

const sums = () => ({ slopes: 0, squares: 0, bends: 0, rows: 0 })
type Sums = ReturnType<typeof sums>

function add(to: Sums, count: number, below: number, here: number, above: number): void {
  const slope = (above - below) / 2
  to.slopes += count * slope
  to.squares += count * slope * slope
  to.bends += count * (above - 2 * here + below)
  to.rows += count
}

const varianceOf = ({ slopes, squares, rows }: Sums): number =>
  rows > 0 ? Math.max(0, squares - slopes ** 2 / rows) : 0
