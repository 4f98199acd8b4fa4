import { distanceNoise } from '../statistics/distance-noise.ts'
import { wasserstein1 } from '../statistics/transport.ts'
import { beyondChance } from './beyond-chance.ts'
import { defineDetector } from './detector.ts'
import { inUnits, scaleExamples, scaleOptions } from './in-units.ts'
import { shuffled } from './shuffled-values.ts'
import { usable } from './sides.ts'

/** Standard errors: the 97.5 % point of a size is 2.24 in one direction, a little more in two. */
const [below, above] = [2.5, 1.96]

/**
 * Wasserstein distance
 *
 * How far rows moved on average, in standard deviations of the reference. The size of a change in a unit that people
 * know; far values count by how far they are. It describes: its p-value comes from shuffled rows, right for any values and
 * never below 1 / 1,001.
 */
export const wasserstein = defineDetector({
  name: 'wasserstein',
  title: 'Wasserstein distance',
  reads: 'numeric',
  from: 'counts',
  definition: 2,
  role: 'description',
  options: scaleOptions,
  examples: scaleExamples,
  minimumEffect: 0.1,
  compare(sides, { scale }) {
    const n = usable(sides)
    const { cells, widths } = inUnits(sides, scale)
    const draws = shuffled(cells, 1)
    const distance = wasserstein1(cells)
    const { size, deviation } = distanceNoise(cells)
    let bound = 0
    for (const [i, width] of widths.entries()) {
      const shares =
        (sides.reference[i] as number) / n.reference + (sides.current[i] as number) / n.current
      bound += (shares * width) / 2
    }
    return {
      score: distance,
      effect: beyondChance(distance, size),
      effectInterval: [Math.max(0, distance - below * deviation), distance + above * deviation],
      get pValue() {
        return draws().p
      },
      get pValueError() {
        return draws().relativeError
      },
      bound,
      n,
      cells: sides.reference.length,
    }
  },
})
