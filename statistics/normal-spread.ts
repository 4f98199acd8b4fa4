import { quickExp } from './quick-exp.ts'

/** Points of a quadrature: middle + half x at, `at` from -1 to 1, each with its opposite as far from the other end. */
export interface Nodes {
  readonly middle: number
  readonly half: number
  readonly at: Float64Array
}

/** Mass at nodes, each of which spreads as a normal law about shrink x its place. */
export interface Spread {
  readonly from: Nodes
  readonly inside: Float64Array
  readonly shrink: number
  readonly sd: number
}

/** Beyond this exponent its parts would leave the doubles. */
const largestExponent = 600

/**
 * Adds to `next`, for each node of `to`, its weight times the density (without its constant) of all that spreads
 * there. With both sets of nodes symmetric the density falls into three factors, of the one node, of the other, and
 * exp(c a b) of both, which for (±a, ±b) is one number or its inverse: a quarter of the exponentials.
 */
export function spreadNormal(
  { from, inside, shrink, sd }: Spread,
  to: Nodes,
  weights: Float64Array,
  next: Float64Array,
): void {
  const [here, there] = [(from.half * shrink) / sd, to.half / sd]
  const offset = (to.middle - from.middle * shrink) / sd
  if ((Math.abs(offset) + here + there) ** 2 / 2 > largestExponent) {
    spreadSlowly({ from, inside, shrink, sd }, to, weights, next)
    return
  }
  const masses = new Float64Array(inside.length)
  for (let i = 0; i < masses.length; i++) {
    masses[i] = (inside[i] as number) * density(here * (from.at[i] as number) - offset)
  }
  const last = masses.length - 1
  const lastNext = next.length - 1
  const product = here * there
  for (let i = 0; 2 * i <= last; i++) {
    const mass = masses[i] as number
    const opposite = 2 * i === last ? 0 : (masses[last - i] as number)
    const slope = product * Math.abs(from.at[i] as number)
    for (let j = 0; 2 * j <= lastNext; j++) {
      const small = quickExp(slope * Math.abs(to.at[j] as number))
      const large = 1 / small
      next[j] = (next[j] as number) + mass * large + opposite * small
      const k = lastNext - j
      if (k !== j) next[k] = (next[k] as number) + mass * small + opposite * large
    }
  }
  const back = Math.exp((offset * offset) / 2)
  for (let j = 0; j <= lastNext; j++) {
    const scale = back * (weights[j] as number) * density(there * (to.at[j] as number) + offset)
    next[j] = (next[j] as number) * scale
  }
}

const density = (z: number): number => quickExp(0.5 * z * z)

function spreadSlowly(
  { from, inside, shrink, sd }: Spread,
  to: Nodes,
  weights: Float64Array,
  next: Float64Array,
): void {
  for (let i = 0; i < inside.length; i++) {
    const mass = inside[i] as number
    if (mass < 1e-320) continue
    const mean = (from.middle + from.half * (from.at[i] as number)) * shrink
    for (let j = 0; j < next.length; j++) {
      const z = (to.middle + to.half * (to.at[j] as number) - mean) / sd
      if (z > 38 || z < -38) continue
      next[j] = (next[j] as number) + mass * (weights[j] as number) * density(z)
    }
  }
}
