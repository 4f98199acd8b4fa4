import { z } from 'zod'
import { mean, variance } from '../statistics/mean-variance.ts'
import { orders } from '../statistics/permutation.ts'
import { principalComponents, reconstructionError } from '../statistics/principal-components.ts'
import { smallestRanksP, stratifiedRanks } from '../statistics/stratified-ranks.ts'
import { invalid } from './detector.ts'
import { defineRowDetector } from './row-detector.ts'
import { rowPoints } from './row-points.ts'

const name = 'pca-reconstruction'
const widest = 256

/**
 * Reconstruction error of principal components
 *
 * Half of the reference says which combinations of columns vary together; the error is a row's distance from that
 * plane. The errors of the current rows are held against those of the other half. Sees rows that break the relations
 * between columns; blind to whatever moves along them.
 */
export const pcaReconstruction = defineRowDetector({
  name,
  title: 'Reconstruction error of principal components',
  reads: 'rows',
  definition: 1,
  role: 'test',
  options: z.strictObject({
    /** Share of the variance that the components hold. */
    share: z.number().min(0.05).max(0.99).default(0.65),
  }),
  examples: [{}, { share: 0.9 }],
  minimumEffect: 0.25,
  leastRows: 50,
  // Half of the reference is learned from, the other half tested.
  smallestP: (n, m) => Math.min(1, 2 * smallestRanksP(n - Math.floor(n / 2), m)),
  compare({ table, n, m }, { share }, next) {
    const order = orders(n, next)().slice()
    const learned = order.subarray(0, Math.floor(n / 2))
    const { values, width } = rowPoints(table, learned)
    if (width > widest) throw invalid({ name }, `${width} coordinates are more than ${widest}`)
    const components = principalComponents(values, width, learned, share)
    const errors = (rows: Uint32Array) =>
      Float64Array.from(rows, (row) => reconstructionError(values, row, components))
    const before = errors(order.subarray(learned.length))
    const now = errors(Uint32Array.from({ length: m }, (_, i) => n + i))
    const sd = Math.sqrt(variance(before)) || Math.sqrt(variance(now)) || 1
    const effect = Math.abs(mean(now) - mean(before)) / sd
    const error = Math.sqrt(variance(before) / before.length + variance(now) / m) / sd
    return {
      score: mean(now),
      effect,
      effectInterval: [Math.max(0, effect - 1.96 * error), effect + 1.96 * error],
      pValue: stratifiedRanks([{ x: before, y: now }]).pEither,
      details: {
        components: components.count,
        varianceShare: components.share,
        referenceError: mean(before),
        currentError: mean(now),
        testedReferenceRows: before.length,
      },
    }
  },
})
