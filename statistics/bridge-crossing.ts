import { gaussLegendre } from './quadrature.ts'
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
  let points = Float64Array.of(0)
  let inside = Float64Array.of(1)
  let outside = 0
  for (const { end, upper, lower, watchedFrom } of steps) {
    const time = end - start
    if (end >= 1 || time <= 0) {
      if (watchedFrom !== null && time > 0) {
        for (let i = 0; i < points.length; i++) {
          const x = points[i] as number
          outside += (inside[i] as number) * crossed(x, 0, watchedFrom, { upper, lower }, time)
        }
      }
      if (end >= 1) break
      continue
    }
    const shrink = (1 - end) / (1 - start)
    const sd = Math.sqrt(time * shrink)
    const half = (upper - lower) / 2
    const middle = (upper + lower) / 2
    const legendre = gaussLegendre(Math.min(400, Math.ceil(9 + (3 * half) / sd)))
    const nextPoints = legendre.points.map((x) => middle + half * x)
    const next = new Float64Array(nextPoints.length)
    const scale = half / (sd * Math.sqrt(2 * Math.PI))
    for (let i = 0; i < points.length; i++) {
      const mass = inside[i] as number
      if (mass < 1e-320) continue
      const mean = (points[i] as number) * shrink
      outside += mass * (normalSf((upper - mean) / sd) + normalSf((mean - lower) / sd))
      for (let j = 0; j < next.length; j++) {
        const z = ((nextPoints[j] as number) - mean) / sd
        if (z > 38 || z < -38) continue
        const arriving = mass * scale * (legendre.weights[j] as number) * Math.exp(-0.5 * z * z)
        const lost =
          watchedFrom === null
            ? 0
            : crossed(
                points[i] as number,
                nextPoints[j] as number,
                watchedFrom,
                { upper, lower },
                time,
              )
        next[j] = (next[j] as number) + arriving * (1 - lost)
        outside += arriving * lost
      }
    }
    points = nextPoints
    inside = next
    start = end
  }
  return Math.min(1, outside)
}

interface Bounds {
  readonly upper: number
  readonly lower: number
}

/** P(leaving on the way from x to y). */
function crossed(x: number, y: number, from: Bounds, to: Bounds, time: number): number {
  const up = Math.exp((-2 * (from.upper - x) * (to.upper - y)) / time)
  const down = Math.exp((-2 * (x - from.lower) * (y - to.lower)) / time)
  return Math.min(1, up + down)
}
