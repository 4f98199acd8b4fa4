import { distanceNoise } from '../statistics/distance-noise.ts'
import { energyDistance as distanceOf } from '../statistics/transport.ts'
import { beyondChance } from './beyond-chance.ts'
import { defineDetector } from './detector.ts'
import { inUnits, scaleExamples, scaleOptions } from './in-units.ts'
import { shuffled } from './shuffled-values.ts'
import { totalOf, usable } from './sides.ts'

/** Root of the 97.5 % point of a chi-square variable of one degree. */
const quantile = 2.2414

/**
 * Energy distance
 *
 * sqrt(2 ∫ (F - G)²) over the values in standard deviations of the reference: Cramér-von Mises' distance, with each gap
 * weighed by how wide it is and not by the rows in it. It describes: its p-value comes from shuffled rows, right for any
 * values and never below 1 / 1,001.
 */
export const energyDistance = defineDetector({
  name: 'energy-distance',
  title: 'Energy distance',
  reads: 'numeric',
  from: 'counts',
  definition: 2,
  role: 'description',
  options: scaleOptions,
  examples: scaleExamples,
  minimumEffect: 0.2,
  compare(sides, { scale }) {
    const n = usable(sides)
    const { cells, widths } = inUnits(sides, scale)
    const draws = shuffled(cells, 2)
    const distance = distanceOf(cells)
    const noise = Math.sqrt(2 * distanceNoise(cells).square)
    const margin = quantile * noise
    // Rows of a cell move the distribution function inside it, by their share at most.
    const side = (counts: Float64Array, rows: number) =>
      Math.sqrt(2 * totalOf(widths.map((width, i) => width * ((counts[i] as number) / rows) ** 2)))
    return {
      score: distance,
      effect: beyondChance(distance, noise),
      effectInterval: [Math.max(0, distance - margin), distance + margin],
      get pValue() {
        return draws().p
      },
      get pValueError() {
        return draws().relativeError
      },
      bound: side(sides.reference, n.reference) + side(sides.current, n.current),
      n,
      cells: sides.reference.length,
    }
  },
})
