import { z } from 'zod'
import { groupMeans, groupShuffles } from '../statistics/group-shuffles.ts'
import { variance } from '../statistics/mean-variance.ts'
import { oneArrangement, sequentialP } from '../statistics/permutation.ts'
import { invalid } from './detector.ts'
import { defineRowDetector } from './row-detector.ts'
import { everyRow, type RowPoints, rowPoints } from './row-points.ts'
import { rootInterval } from './shuffled-rows.ts'

const name = 'embedding-distance'

/**
 * Distance of mean embeddings
 *
 * How far the mean vector has moved, in root mean square distances of a vector from its own side's mean. For a vector
 * of one number that is the difference of means in standard deviations. Decides by shuffled rows and never by a fixed
 * cut, which would depend on the model that made the vectors.
 */
export const embeddingDistance = defineRowDetector({
  name,
  title: 'Distance of mean embeddings',
  reads: 'rows',
  definition: 1,
  role: 'test',
  options: z.strictObject({
    /** The column to read; by default every embedding, each with the same weight. */
    column: z.string().optional(),
    /** Most draws of the null law. */
    draws: z.number().int().min(400).max(100_000).default(1_000),
  }),
  examples: [{}, { draws: 400 }],
  minimumEffect: 0.1,
  leastRows: 20,
  smallestP: oneArrangement,
  compare({ table, n, m }, { column, draws }, next) {
    const columns = table.columns.filter(
      (each) => each.kind === 'embedding' && (column === undefined || each.name === column),
    )
    if (columns.length === 0) {
      throw invalid({ name }, `there is no embedding${column === undefined ? '' : ` ${column}`}`)
    }
    const { values, width } = rowPoints({ rows: table.rows, columns }, everyRow(table))
    const x = groupMeans(values.subarray(0, n * width), width)
    const y = groupMeans(values.subarray(n * width), width)
    const shuffles = groupShuffles(x, y, next)
    const p = sequentialP(shuffles.observed, shuffles.draw, {
      most: draws,
      least: oneArrangement(n, m),
    })
    const [before, now] = [
      spread({ width, values: values.subarray(0, n * width) }),
      spread({ width, values: values.subarray(n * width) }),
    ]
    const whole = ((n - 1) * before + (m - 1) * now) / (n + m - 2) || 1
    // What chance alone adds to the squared distance is taken off.
    const square = (shuffles.observed - before / n - now / m) / whole
    const error = Math.sqrt(p.variance + shuffles.linearVariance) / whole
    const [effect, low, high] = rootInterval(square, error)
    return {
      score: Math.sqrt(shuffles.observed / whole),
      effect,
      effectInterval: [low, high],
      pValue: p.p,
      details: { coordinates: width, draws: p.draws, from: p.from },
    }
  },
})

/** Sum of the variances of all coordinates. */
function spread({ width, values }: RowPoints): number {
  let sum = 0
  for (let k = 0; k < width; k++) sum += variance(values.filter((_, i) => i % width === k))
  return sum
}
