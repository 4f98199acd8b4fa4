import { z } from 'zod'
import { unbiasedEnergy2 } from '../statistics/mmd.ts'
import { pairDistances } from '../statistics/pair-matrix.ts'
import { meanBetween } from '../statistics/pair-spread.ts'
import { oneArrangement, orders } from '../statistics/permutation.ts'
import { defineRowDetector } from './row-detector.ts'
import { everyRow, rowPoints } from './row-points.ts'
import { rootInterval, shuffledPairs } from './shuffled-rows.ts'

/**
 * Energy distance of rows
 *
 * How much farther rows of different sides lie apart than rows of one side, as a share of the distance between the
 * sides; its root is the effect, 0 without a change and 1 where each side is a single point of its own. Needs no width
 * to be chosen, unlike `mmd`; sees a shift best and a change of spread less well.
 */
export const energyRows = defineRowDetector({
  name: 'energy-rows',
  title: 'Energy distance of rows',
  reads: 'rows',
  definition: 1,
  role: 'test',
  options: z.strictObject({
    /** Most draws of the null law. */
    draws: z.number().int().min(400).max(100_000).default(1_000),
    /** Of a side with more rows so many are drawn. */
    mostRows: z.number().int().min(100).max(2_500).default(1_000),
  }),
  examples: [{}, { mostRows: 200 }],
  minimumEffect: 0.06,
  leastRows: 20,
  smallestP: (n, m, { mostRows }) => oneArrangement(Math.min(n, mostRows), Math.min(m, mostRows)),
  compare({ table, n: reference, m: current }, { draws, mostRows }, next) {
    const { values, width } = rowPoints(table, everyRow(table))
    const [n, m] = [Math.min(reference, mostRows), Math.min(current, mostRows)]
    const drawn = [
      ...orders(reference, next)().subarray(0, n),
      ...orders(current, next)()
        .subarray(0, m)
        .map((row) => reference + row),
    ]
    const points = drawn.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)])
    const distances = pairDistances(Float64Array.from(points), width)
    const { observed, error, p } = shuffledPairs(distances, n, {
      statistic: (sums) => unbiasedEnergy2(sums, n, m),
      most: draws,
      next,
    })
    const whole = 2 * meanBetween(distances, n)
    const [effect, low, high] =
      whole > 0 ? rootInterval(observed / whole, error / whole) : [0, 0, 0]
    return {
      score: observed,
      effect,
      effectInterval: [low, Math.min(1, high)],
      pValue: p.p,
      details: { referenceRows: n, currentRows: m, draws: p.draws, from: p.from },
    }
  },
})
