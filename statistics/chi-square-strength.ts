import { chiSquareAt } from './chi-square-at.ts'
import { chiSquareSf } from './special.ts'

/** Steps of the table in the root of -2 ln p, and how far it goes: beyond that the tail is worked out. */
const step = 1 / 32
const lastRoot = 12

const tables = new Map<number, Float64Array>()

/**
 * The chi-square variable of so many degrees of freedom whose p-value has this -2 ln p: itself for two degrees. From
 * a table below 144, within 0.1 % of the variable's standard deviation.
 */
export function chiSquareOfStrength(strength: number, degrees: number): number {
  if (degrees === 2) return strength
  const root = Math.sqrt(strength)
  if (root >= lastRoot) return chiSquareAt(-strength / 2, degrees)
  const place = root / step
  const at = Math.floor(place)
  const table = tables.get(degrees) ?? tableOf(degrees)
  // Not a number where there is none.
  const [low, high] = [table[at] ?? Number.NaN, table[at + 1] ?? Number.NaN]
  return low + (high - low) * (place - at)
}

function tableOf(degrees: number): Float64Array {
  const table = Float64Array.from({ length: lastRoot / step + 2 }, (_, i) =>
    variableAt(Math.exp(-((i * step) ** 2) / 2), degrees),
  )
  tables.set(degrees, table)
  return table
}

/** x with P(X >= x) = p. */
function variableAt(p: number, degrees: number): number {
  if (p < 0.5) return chiSquareAt(Math.log(p), degrees)
  if (p >= 1) return 0
  let [low, high] = [0, degrees]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (chiSquareSf(middle, degrees) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
