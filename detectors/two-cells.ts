import { rateRatioInterval } from '../statistics/rates.ts'
import type { Comparison } from './detector.ts'
import { type Sides, usable } from './sides.ts'

/** The two cells of a feature that has two in use: rows of the rarer one and all rows, per side. */
export interface TwoCells {
  readonly before: { readonly hits: number; readonly rows: number }
  readonly now: { readonly hits: number; readonly rows: number }
}

/**
 * The two cells that any row of either side is in; null where there is one or more than two. Pooled totals say which is
 * the rarer, and with it whose rate is compared, so that the choice favours neither side.
 */
export function twoCells(sides: Sides): TwoCells | null {
  const { reference, current } = sides
  const used: number[] = []
  for (let i = 0; i < reference.length; i++) {
    if ((reference[i] as number) + (current[i] as number) > 0 && used.push(i) > 2) return null
  }
  if (used.length < 2) return null
  const [rare] = used.sort((left, right) => pooled(sides, left) - pooled(sides, right)) as [number]
  const rows = usable(sides)
  return {
    before: { hits: reference[rare] as number, rows: rows.reference },
    now: { hits: current[rare] as number, rows: rows.current },
  }
}

const pooled = ({ reference, current }: Sides, i: number) =>
  (reference[i] as number) + (current[i] as number)

/** What is added to both rates before their ratio is taken: half as much again of nothing is then one point. */
const floor = 0.02

/** Half of a 95 % interval in standard errors. */
const halfWidth = 1.96

/**
 * How many times as large the rarer cell's rate is now, or was: |ln| of the ratio of the two rates, two points added to
 * both, so that rates near 0 neither explode nor matter. What chance alone makes of it is taken off.
 */
export function rateEffect({
  before,
  now,
}: TwoCells): Pick<Comparison, 'effect' | 'effectInterval' | 'law'> {
  const { ratio, interval } = rateRatioInterval(before.hits, before.rows, now.hits, now.rows, floor)
  const [low, high] = ratio < 0 ? [-interval[1], -interval[0]] : interval
  const error = (high - low) / (2 * halfWidth)
  return {
    effect: Math.sqrt(Math.max(0, ratio * ratio - error * error)),
    effectInterval: [Math.max(0, low), high],
    law: { hits: before.hits, before: before.rows, now: now.rows, floor },
  }
}

/** What is said of a feature with one cell in use or with more than two. */
export const notTwoCells = (sides: Sides): Comparison => ({
  score: 0,
  effect: 0,
  effectInterval: [0, 10],
  pValueAbsent: 'the rows are not in exactly two cells',
  n: usable(sides),
  cells: sides.reference.length,
})
