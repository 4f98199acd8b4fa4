import { classifierPerformance } from '../../../statistics/intervals/classifier.ts'
import type { MetricEstimate, Performance } from '../../../statistics/intervals/estimate.ts'
import { multiclassPerformance } from '../../../statistics/intervals/multiclass.ts'
import { regressorPerformance } from '../../../statistics/intervals/regressor.ts'
import { classificationMetrics } from '../../../statistics/metrics/binary.ts'
import { multiclassMetrics } from '../../../statistics/metrics/multiclass.ts'
import { regressionMetrics } from '../../../statistics/metrics/regression.ts'
import { normal } from '../../support/mulberry32.ts'

/** Rows whose true metrics are known from very many of them. */
export interface World {
  readonly name: string
  readonly truth: Readonly<Record<string, number>>
  estimate(rows: number, next: () => number): Performance
}

const many = 400_000
const costs = { fp: 1, fn: 5 }

export interface ClassifierRows {
  readonly scores: Float64Array
  readonly labels: Uint8Array
}

/** Scores of a normal logit; `wrong` moves the true logit away from the score's. */
export function classifierRows(
  rows: number,
  next: () => number,
  { spread = 2, centre = 0, wrong = 0 } = {},
): ClassifierRows {
  const labels = new Uint8Array(rows)
  const scores = Float64Array.from(labels, (_, row) => {
    const logit = centre + spread * normal(next)
    labels[row] = next() < logistic(logit + wrong) ? 1 : 0
    return logistic(logit)
  })
  return { scores, labels }
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x))

export function classifierWorld(
  name: string,
  shape: Parameters<typeof classifierRows>[2],
  next: () => number,
  resamples: number,
): World {
  const { scores, labels } = classifierRows(many, next, shape)
  const truth = classificationMetrics(scores, labels, { costs })
  return {
    name,
    truth: truth as unknown as Record<string, number>,
    estimate(rows, chance) {
      const drawn = classifierRows(rows, chance, shape)
      return classifierPerformance(drawn.scores, drawn.labels, { next: chance, costs, resamples })
    },
  }
}

/** Classes by their shares; `right` of the rows are told apart, the others guessed. */
export function multiclassWorld(
  name: string,
  shares: readonly number[],
  right: number,
  next: () => number,
  resamples: number,
): World {
  const classes = shares.length
  const draw = (rows: number, chance: () => number) => {
    const labels = Int32Array.from({ length: rows }, () => {
      let [label, left] = [0, chance()]
      while (label < classes - 1 && left >= (shares[label] as number)) {
        left -= shares[label++] as number
      }
      return label
    })
    const predicted = labels.map((label) =>
      chance() < right ? label : Math.floor(chance() * classes),
    )
    return { labels, predicted, classes }
  }
  return {
    name,
    truth: multiclassMetrics(draw(many, next)) as unknown as Record<string, number>,
    estimate: (rows, chance) =>
      multiclassPerformance(draw(rows, chance), { next: chance, resamples }),
  }
}

export function regressorWorld(
  name: string,
  error: (next: () => number) => number,
  next: () => number,
  resamples: number,
): World {
  const draw = (rows: number, chance: () => number) => {
    const predicted = Float64Array.from({ length: rows }, () => normal(chance, 10, 1))
    return { predicted, actual: predicted.map((value) => value + error(chance)) }
  }
  const { actual, predicted } = draw(many, next)
  return {
    name,
    truth: regressionMetrics(actual, predicted, 0.9) as unknown as Record<string, number>,
    estimate(rows, chance) {
      const drawn = draw(rows, chance)
      return regressorPerformance(drawn.actual, drawn.predicted, {
        next: chance,
        quantile: 0.9,
        resamples,
      })
    },
  }
}

export interface Covered {
  held: number
  trials: number
}

/** How often the interval of each metric holds the truth. */
export function coverage(
  world: World,
  { rows, trials, next }: { rows: number; trials: number; next: () => number },
): Map<string, Covered> {
  const found = new Map<string, Covered>()
  for (let trial = 0; trial < trials; trial++) {
    const performance = world.estimate(rows, next)
    if (performance.state !== 'measured') continue
    for (const [metric, estimate] of Object.entries(performance.metrics)) {
      count(found, metric, estimate, world.truth[metric] as number)
    }
  }
  return found
}

function count(
  found: Map<string, Covered>,
  metric: string,
  { interval }: MetricEstimate,
  truth: number,
): void {
  if (interval === null) return
  const one = found.get(metric) ?? { held: 0, trials: 0 }
  one.trials++
  if (interval[0] <= truth && truth <= interval[1]) one.held++
  found.set(metric, one)
}
