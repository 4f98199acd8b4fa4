import { mean } from '../mean-variance.ts'
import { membersOf } from '../metrics/multiclass.ts'
import type { CbpeEstimate, ScoredRows } from './binary.ts'
import { type Cbpe, cbpeProbabilities, fitCbpe } from './binary.ts'
import { type CbpeMetric, type CbpeValues, cbpeMetrics, expectedMetrics } from './expected.ts'

/** One estimator per class against the rest, in the order of the classes. Plain JSON. */
export interface MulticlassCbpe {
  readonly schema: 'driftgate-cbpe-classes/1'
  readonly classes: readonly Cbpe[]
  /** Variance of one row's accuracy. */
  readonly accuracy: number
}

export interface MulticlassRows {
  /** Per class its probability in each row. */
  readonly probabilities: readonly ArrayLike<number>[]
  /** Class that the model chose, 0 to classes - 1. */
  readonly predicted: ArrayLike<number>
}

const sideOf = ({ probabilities, predicted }: MulticlassRows, wanted: number): ScoredRows => ({
  scores: probabilities[wanted] as ArrayLike<number>,
  predicted: membersOf(predicted, wanted),
})

/** Throws a RangeError as `fitCbpe`. */
export function fitMulticlassCbpe(
  rows: MulticlassRows,
  labels: ArrayLike<number>,
  next: () => number,
): MulticlassCbpe {
  const right = mean(
    Uint8Array.from(labels, (label, row) => (label === rows.predicted[row] ? 1 : 0)),
  )
  return {
    schema: 'driftgate-cbpe-classes/1',
    classes: rows.probabilities.map((_, i) => fitCbpe(sideOf(rows, i), membersOf(labels, i), next)),
    accuracy: right * (1 - right),
  }
}

/**
 * Each class against the rest, calibrated by itself and then made to add up to 1 (all alike where none is probable);
 * metrics are plain means over classes, but the accuracy, which is the mean probability of the class that was chosen.
 */
export function estimateMulticlassCbpe(
  { classes, accuracy }: MulticlassCbpe,
  rows: MulticlassRows,
): CbpeEstimate {
  const single = classes.map((fitted, i) =>
    cbpeProbabilities(fitted, rows.probabilities[i] as ArrayLike<number>),
  )
  const n = rows.predicted.length
  let right = 0
  for (let row = 0; row < n; row++) {
    const sum = single.reduce((all, each) => all + (each[row] as number), 0)
    for (const each of single) {
      each[row] = sum > 0 ? (each[row] as number) / sum : 1 / single.length
    }
    right += single[rows.predicted[row] as number]?.[row] ?? 0
  }
  const values = single.map((probabilities, i) =>
    expectedMetrics({ ...sideOf(rows, i), probabilities }),
  )
  const over = (of: (metric: CbpeMetric) => number) =>
    Object.fromEntries(cbpeMetrics.map((metric) => [metric, of(metric)])) as CbpeValues
  return {
    values: {
      ...over((metric) => mean(values.map((value) => value[metric]))),
      accuracy: right / n,
    },
    samplingErrors: {
      ...over((metric) => {
        const sum = classes.reduce(
          (all, { variances }) => all + (variances[metric] ?? Number.NaN),
          0,
        )
        return Math.sqrt(sum / n) / classes.length
      }),
      accuracy: Math.sqrt(accuracy / n),
    },
  }
}
