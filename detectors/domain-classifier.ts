import { z } from 'zod'
import { aucEstimate, foldedAucInterval } from '../statistics/auc-variance.ts'
import { type BinnedColumn, binColumn } from '../statistics/binned-columns.ts'
import { boosterScores, type HistogramBooster } from '../statistics/histogram-booster.ts'
import { classifyFolds, type DealtRows, dealFolds, stratumOf } from '../statistics/out-of-fold.ts'
import { orders } from '../statistics/permutation.ts'
import { smallestRanksP, stratifiedRanks } from '../statistics/stratified-ranks.ts'
import { defineRowDetector } from './row-detector.ts'
import type { RowColumn, RowTable } from './row-table.ts'

/** Most features that are named. */
const mostNamed = 5

/**
 * Domain classifier
 *
 * Boosted trees learn to tell current rows from the reference's. The effect is the area under the ROC curve on rows
 * that were not learned from: 0.5 where the sides cannot be told apart, 1 where they always can. It sees what no
 * single column shows, and names the features by which the sides are told.
 */
export const domainClassifier = defineRowDetector({
  name: 'domain-classifier',
  title: 'Domain classifier',
  reads: 'rows',
  definition: 1,
  role: 'test',
  options: z.strictObject({
    trees: z.number().int().min(1).max(1_000).default(100),
    /** Leaves of a tree; by default one per 500 rows, at least 4 and at most 31. */
    leaves: z.number().int().min(2).max(255).optional(),
    folds: z.number().int().min(3).max(20).default(5),
  }),
  examples: [{}, { trees: 20, leaves: 4, folds: 3 }],
  minimumEffect: 0.55,
  leastRows: 50,
  // Every fold but the first is tested.
  smallestP: (n, m, { folds }) => smallestRanksP(n / folds, m / folds, folds - 1),
  tell({ effect }, { separating }) {
    const named = (Array.isArray(separating) ? separating : []).map(
      ({ feature, gainShare }) => `${feature} (${Math.round(100 * gainShare)} %)`,
    )
    const by = named.length === 0 ? '' : `, most of all by ${named.join(', ')}`
    return `current rows are told from those of the reference with an area of ${effect.toFixed(2)} under the curve${by}`
  },
  compare({ table, n, m }, { trees, leaves, folds }, next) {
    const small = table.rows < 15_000
    const settings = {
      trees,
      leaves: leaves ?? Math.min(31, Math.max(4, Math.floor(table.rows / 500))),
      // Few rows are soon learned by heart: smaller steps, coarser bins.
      rate: small ? 0.05 : 0.1,
    }
    const parts = featureColumns(table, small ? 32 : 255)
    const columns = parts.flatMap((part) => part.columns)
    const dealt = dealFolds(n, m, { folds, next })
    const { outOfFold, forward, last } = classifyFolds(columns, dealt, settings)
    const estimates = outOfFold.map(({ x, y }) => aucEstimate(x, y))
    const { auc, low, high } = foldedAucInterval(estimates, n * m)
    return {
      score: auc,
      effect: auc,
      effectInterval: [low, high],
      pValue: stratifiedRanks(forward).pLarger,
      details: { separating: separating(parts, dealt, last, next) },
    }
  },
})

interface FeatureColumns {
  readonly feature: string
  readonly columns: readonly BinnedColumn[]
}

function featureColumns({ rows, columns }: RowTable, bins: number): FeatureColumns[] {
  return columns.map((column) => ({
    feature: column.name,
    columns:
      column.kind === 'embedding'
        ? Array.from({ length: column.width }, (_, k) =>
            binColumn({ kind: 'numeric', values: coordinate(column, rows, k) }, bins),
          )
        : [binColumn(column, column.kind === 'numeric' ? bins : 255)],
  }))
}

const coordinate = (
  { values, width }: Extract<RowColumn, { kind: 'embedding' }>,
  rows: number,
  k: number,
) => Float64Array.from({ length: rows }, (_, row) => values[row * width + k] as number)

/**
 * The features by which the sides are told apart. They are chosen by what they gain in the rows of all folds but the
 * last; what each is worth is measured in the last fold, as the area lost when its values are shuffled there.
 */
function separating(
  parts: readonly FeatureColumns[],
  { labels, folds }: DealtRows,
  booster: HistogramBooster,
  next: () => number,
) {
  const rows = folds.at(-1) as Uint32Array
  const columns = parts.flatMap((part) => part.columns)
  const whole = booster.gains.reduce((sum, gain) => sum + gain, 0)
  const areaOf = (read: readonly BinnedColumn[]) => {
    const { x, y } = stratumOf(boosterScores(booster, read, rows), rows, labels)
    return aucEstimate(x, y).auc
  }
  const area = areaOf(columns)
  let at = 0
  const gains = parts.map((part) => {
    const first = at
    at += part.columns.length
    const gain = booster.gains.subarray(first, at).reduce((sum, value) => sum + value, 0)
    return { part, share: whole > 0 ? gain / whole : 0 }
  })
  return gains
    .filter(({ share }) => share > 1 / parts.length || (share > 0 && parts.length === 1))
    .sort((left, right) => right.share - left.share)
    .slice(0, mostNamed)
    .map(({ part, share }) => {
      const order = orders(rows.length, next)()
      const read = parts.flatMap((one) =>
        one === part ? one.columns.map((column) => shuffled(column, rows, order)) : one.columns,
      )
      return { feature: part.feature, gainShare: share, areaLost: area - areaOf(read) }
    })
}

function shuffled(column: BinnedColumn, rows: Uint32Array, order: Uint32Array): BinnedColumn {
  const bins = column.bins.slice()
  for (let i = 0; i < rows.length; i++) {
    bins[rows[i] as number] = column.bins[rows[order[i] as number] as number] as number
  }
  return { ...column, bins }
}
