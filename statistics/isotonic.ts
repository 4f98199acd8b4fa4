import { countBelow } from './count-below.ts'
import { checkFinite, checkPairs } from './metrics/rows.ts'

/** A rising curve through points with x strictly and y never falling: linear between them, level beyond the ends. Plain JSON. */
export interface Isotonic {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/**
 * The rising curve nearest to the points by weighted squares (pool adjacent violators: Barlow et al., Statistical
 * Inference under Order Restrictions, 1972). Values at the same x count as their mean; of a level stretch only the ends
 * are kept. Throws a RangeError for no point, lists of different length, or a number that is not finite. O(n log n).
 */
export function fitIsotonic(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Isotonic {
  checkPairs(x, y)
  checkFinite(x, 'the place')
  checkFinite(y, 'the value')
  const order = Uint32Array.from(x, (_, row) => row).sort(
    (left, right) => (x[left] as number) - (x[right] as number) || left - right,
  )
  const blocks: { first: number; last: number; sum: number; weight: number }[] = []
  for (let at = 0; at < order.length; ) {
    const first = x[order[at] as number] as number
    const block = { first, last: first, sum: 0, weight: 0 }
    for (; at < order.length && x[order[at] as number] === first; at++) {
      const row = order[at] as number
      const weight = weights?.[row] ?? 1
      block.sum += weight * (y[row] as number)
      block.weight += weight
    }
    // A place without weight says nothing.
    if (block.weight === 0) continue
    for (let below = blocks.at(-1); below !== undefined; below = blocks.at(-1)) {
      if (below.sum * block.weight < block.sum * below.weight) break
      blocks.pop()
      block.first = below.first
      block.sum += below.sum
      block.weight += below.weight
    }
    blocks.push(block)
  }
  const ends = blocks.flatMap(({ first, last, sum, weight }) =>
    (first === last ? [first] : [first, last]).map((place) => [place, sum / weight] as const),
  )
  return { x: ends.map(([place]) => place), y: ends.map(([, value]) => value) }
}

/** Height of the curve. */
export function isotonicAt({ x, y }: Isotonic, place: number): number {
  const at = countBelow(x, place, true)
  if (at === 0) return y[0] as number
  if (at === x.length) return y.at(-1) as number
  const [left, right] = [x[at - 1] as number, x[at] as number]
  const [below, above] = [y[at - 1] as number, y[at] as number]
  return below + ((above - below) * (place - left)) / (right - left)
}
