import { z } from 'zod'
import { defineDetector } from './detector.ts'
import { rowsOf, type Sides, totalOf, usable } from './sides.ts'

/**
 * Constant column
 *
 * Every value of the window is the same one, and in the reference they differ: a sensor that hangs, a default
 * that is written instead of the answer. p is the chance that all m rows fall on the reference's most frequent
 * value, ((largest count + 1) / (n + 1))^m; with cells instead of values that is larger than the true one.
 */
export const constantColumn = defineDetector({
  name: 'constant-column',
  title: 'Constant column',
  reads: 'any',
  from: 'counts',
  definition: 1,
  role: 'rule',
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.5,
  compare(sides) {
    const n = usable(sides)
    const stuck = n.current > 0 && isConstant(sides, 'current') && !isConstant(sides, 'reference')
    const effect = stuck ? 1 : 0
    return {
      score: effect,
      effect,
      effectInterval: [effect, effect],
      pValue: stuck ? ((largestOf(sides.reference) + 1) / (n.reference + 1)) ** n.current : 1,
      n: rowsOf(sides),
      cells: sides.reference.length,
    }
  },
})

function isConstant(sides: Sides, side: 'reference' | 'current'): boolean {
  if (sides.kind === 'numeric') {
    const range = sides.range[side]
    return range !== null && range[0] === range[1]
  }
  const cells = sides[side]
  const most = largestOf(cells)
  // Unseen values are one cell, and not one value.
  return most === totalOf(cells) && most > (cells[cells.length - 1] as number)
}

function largestOf(cells: Float64Array): number {
  let largest = 0
  for (const count of cells) if (count > largest) largest = count
  return largest
}
