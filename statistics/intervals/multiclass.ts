import { type MulticlassInput, multiclassMetrics, tableMetrics } from '../metrics/multiclass.ts'
import { rateInterval } from '../wilson.ts'
import { bootstrapIntervals, type WeightedMetric } from './bootstrap.ts'
import { ofBootstrap } from './classifier.ts'
import {
  clustersByKey,
  type MetricEstimate,
  neededLabels,
  neededOfKind,
  type Performance,
  type PerformanceOptions,
} from './estimate.ts'

const names = [
  'accuracy',
  'balanced_accuracy',
  'mcc',
  'precision',
  'recall',
  'f1',
  'specificity',
] as const
export type MulticlassMetric = (typeof names)[number]

/**
 * Every metric that a table of classes and predictions gives, with its 95 % interval: the rate of right answers by
 * Wilson, the others by the bootstrap; with `keys` all of them by the bootstrap over keys. A metric other than that
 * rate is told without an interval where a class that has labels, or is predicted, has fewer than ten rows of either
 * kind: resampled, it would come and go. Throws a RangeError as `multiclassMetrics`.
 */
export function multiclassPerformance(
  input: Omit<MulticlassInput, 'probabilities' | 'costs'>,
  options: PerformanceOptions,
): Performance<MulticlassMetric> {
  const { labels, predicted, classes, averaging } = input
  const found = multiclassMetrics(input)
  const { next, needed = neededLabels, resamples } = options
  const rows = labels.length
  const clusters = clustersByKey(options.keys)
  const units = clusters?.count ?? rows
  if (units < needed) return { state: 'INSUFFICIENT_LABELS', rows: units, needed }
  const cells = Int32Array.from(
    labels,
    (label, row) => label * classes + (predicted[row] as number),
  )
  const tableOf = (weights: Float64Array): number[][] => {
    const table = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
    for (let row = 0; row < weights.length; row++) {
      const cell = cells[row] as number
      const of = table[Math.floor(cell / classes)] as number[]
      of[cell % classes] = (of[cell % classes] as number) + (weights[row] as number)
    }
    return table
  }
  // All metrics are asked of the same weights, one after the other.
  let known: { sums: ReturnType<typeof tableMetrics>; of: Float64Array } | null = null
  const drawn = names.filter((name) => clusters !== undefined || name !== 'accuracy')
  const metricsOf = drawn.map(
    (name, i): WeightedMetric =>
      (weights) => {
        if (i === 0 || known?.of !== weights) {
          known = { sums: tableMetrics(tableOf(weights), averaging), of: weights }
        }
        return known.sums[name]
      },
  )
  const scarce = isScarce(found.confusion)
  const intervals = scarce
    ? []
    : bootstrapIntervals(metricsOf, {
        ...{ rows, next },
        ...(clusters === undefined ? {} : { clusters }),
        ...(resamples === undefined ? {} : { resamples }),
      })
  const metrics = Object.fromEntries(
    drawn.map((name, i): [string, MetricEstimate] => {
      const value = Number.isFinite(found[name]) ? found[name] : null
      if (value === null) return [name, { value, interval: null, why: 'UNDEFINED' }]
      if (scarce) return [name, { value, interval: null, why: 'INSUFFICIENT_LABELS' }]
      return [name, ofBootstrap(intervals[i] ?? null)]
    }),
  )
  if (clusters === undefined) {
    const right = Math.round(found.accuracy * rows)
    metrics['accuracy'] = {
      value: found.accuracy,
      interval: rateInterval(right, rows),
      ...{ rate: [right, rows], method: 'wilson' },
    }
  }
  return { state: 'measured', rows, metrics: metrics as Record<MulticlassMetric, MetricEstimate> }
}

/** A class in use with fewer labelled, or fewer predicted, rows than a metric of them needs. */
const isScarce = (confusion: readonly (readonly number[])[]): boolean =>
  confusion.some((row, i) => {
    const labelled = row.reduce((sum, k) => sum + k, 0)
    const predicted = confusion.reduce((sum, other) => sum + (other[i] as number), 0)
    return labelled + predicted > 0 && Math.min(labelled, predicted) < neededOfKind
  })
