import { type Nodes, type Spread, spreadNormal } from './normal-spread.ts'
import { gaussLegendre } from './quadrature.ts'
import { quickExp } from './quick-exp.ts'
import { normalSf } from './special.ts'

/** One step of the time of a Brownian bridge, from the end of the step before (or 0) to `end`. */
export interface BridgeStep {
  /** 0 to 1, ascending; the last one is 1. */
  readonly end: number
  /** The bridge must stay below this at `end` ... */
  readonly upper: number
  /** ... and above this. */
  readonly lower: number
  /** Bounds on the way: lines from these at the start of the step to those at its end; null: it is not watched. */
  readonly watchedFrom: { readonly upper: number; readonly lower: number } | null
}

/**
 * P(a Brownian bridge leaves its bounds), with the bounds held only at the ends of the steps, or on the way too.
 * A Markov recursion over the steps: `inside` is the density of the bridge at the end of a step without having
 * left, at Gauss-Legendre points between the bounds; what leaves is summed directly, so that small probabilities
 * keep their digits. On the way between x and y a line at b0, b1 is crossed with probability
 * exp(-2 (b0 - x)(b1 - y) / time), which is exact for one line; both lines within one step are taken as
 * exclusive. Relative error below 1e-6 for p from 1e-30 to 0.9 (test).
 */
export function bridgeCrossing(steps: readonly BridgeStep[]): number {
  let start = 0
  let from: Nodes = { middle: 0, half: 0, at: Float64Array.of(0) }
  let inside = Float64Array.of(1)
  let outside = 0
  for (const { end, upper, lower, watchedFrom } of steps) {
    const time = end - start
    const lines = watchedFrom === null ? null : { from: watchedFrom, upper, lower, time }
    if (end >= 1 || time <= 0) {
      if (lines !== null && time > 0) {
        for (let i = 0; i < inside.length; i++) {
          outside += (inside[i] as number) * crossed(place(from, i), 0, lines)
        }
      }
      if (end >= 1) break
      continue
    }
    const shrink = (1 - end) / (1 - start)
    const sd = Math.sqrt(time * shrink)
    const half = (upper - lower) / 2
    const legendre = gaussLegendre(Math.min(400, Math.ceil(7 + (2.6 * half) / sd)))
    const to: Nodes = { middle: (upper + lower) / 2, half, at: legendre.points }
    for (let i = 0; i < inside.length; i++) {
      const mean = place(from, i) * shrink
      const gone = normalSf((upper - mean) / sd) + normalSf((mean - lower) / sd)
      outside += (inside[i] as number) * gone
    }
    const scale = half / (sd * Math.sqrt(2 * Math.PI))
    const weights = new Float64Array(legendre.weights.length)
    for (let j = 0; j < weights.length; j++) weights[j] = scale * (legendre.weights[j] as number)
    const next = new Float64Array(weights.length)
    const spread = { from, inside, shrink, sd }
    if (lines === null) spreadNormal(spread, to, weights, next)
    else outside += spreadWatched(spread, to, weights, next, lines)
    from = to
    inside = next
    start = end
  }
  return Math.min(1, outside)
}

const place = ({ middle, half, at }: Nodes, i: number): number => middle + half * (at[i] as number)

/** Like `spreadNormal`, less what crosses the lines on the way, which it returns. */
function spreadWatched(
  { from, inside, shrink, sd }: Spread,
  to: Nodes,
  weights: Float64Array,
  next: Float64Array,
  lines: Lines,
): number {
  let outside = 0
  const ends = to.at.map((_, j) => place(to, j))
  for (let i = 0; i < inside.length; i++) {
    const mass = inside[i] as number
    if (mass < 1e-320) continue
    const x = place(from, i)
    for (let j = 0; j < next.length; j++) {
      const y = ends[j] as number
      const z = (y - x * shrink) / sd
      if (z > 38 || z < -38) continue
      const arriving = mass * (weights[j] as number) * quickExp(0.5 * z * z)
      const lost = arriving * crossed(x, y, lines)
      next[j] = (next[j] as number) + arriving - lost
      outside += lost
    }
  }
  return outside
}

interface Bounds {
  readonly upper: number
  readonly lower: number
}

interface Lines extends Bounds {
  readonly from: Bounds
  readonly time: number
}

/** P(leaving on the way from x to y). */
function crossed(x: number, y: number, { from, upper, lower, time }: Lines): number {
  const up = (2 * (from.upper - x) * (upper - y)) / time
  const down = (2 * (x - from.lower) * (y - lower)) / time
  // A start beyond the line of this step has crossed it.
  return Math.min(1, (up > 0 ? quickExp(up) : 1) + (down > 0 ? quickExp(down) : 1))
}
