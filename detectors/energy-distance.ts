import { distanceNoise } from '../statistics/distance-noise.ts'
import { energyDistance as distanceOf } from '../statistics/transport.ts'
import { beyondChance } from './beyond-chance.ts'
import { defineDetector } from './detector.ts'
import { inUnits, scaleExamples, scaleOptions } from './in-units.ts'
import { totalOf, usable } from './sides.ts'

/** Root of the 97.5 % point of a chi-square variable of one degree. */
const quantile = 2.2414

/**
 * Energy distance
 *
 * sqrt(2 ∫ (F - G)²) over the values in standard deviations of the reference: Cramér-von Mises' distance, with each gap
 * weighed by how wide it is and not by the rows in it. It describes: no p-value.
 */
export const energyDistance = defineDetector({
  name: 'energy-distance',
  title: 'Energy distance',
  reads: 'numeric',
  from: 'counts',
  definition: 1,
  role: 'description',
  options: scaleOptions,
  examples: scaleExamples,
  minimumEffect: 0.2,
  compare(sides, { scale }) {
    const n = usable(sides)
    const { cells, widths } = inUnits(sides, scale)
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
      pValueAbsent: 'it describes how far rows moved; another test decides',
      bound: side(sides.reference, n.reference) + side(sides.current, n.current),
      n,
      cells: sides.reference.length,
    }
  },
})
