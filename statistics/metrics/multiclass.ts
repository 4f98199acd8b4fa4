import { total } from '../total.ts'
import { confusionMetrics } from './confusion.ts'
import { auc, averagePrecision } from './ranking.ts'
import { checkPairs } from './rows.ts'

/**
 * How metrics of single classes become one: the plain mean over classes (`macro`), the mean weighted by their labelled
 * rows (`weighted`), or the metric of all their one-against-the-rest tables added up (`micro`). A class in which a
 * metric is not defined is left out of a mean.
 */
export type Averaging = 'macro' | 'weighted' | 'micro'

export interface MulticlassInput {
  /** Class of each row, 0 to classes - 1. */
  readonly labels: ArrayLike<number>
  readonly predicted: ArrayLike<number>
  readonly classes: number
  /** Per class its probability in each row. Without them the metrics of probabilities are NaN. */
  readonly probabilities?: readonly ArrayLike<number>[]
  readonly averaging?: Averaging
  /** `costs[i][j]`: what predicting j costs where i is right. */
  readonly costs?: readonly (readonly number[])[]
}

export interface MulticlassMetrics {
  readonly rows: number
  /** `confusion[i][j]`: rows of class i predicted as j. */
  readonly confusion: readonly (readonly number[])[]
  readonly accuracy: number
  /** Mean recall over the classes that have labelled rows. */
  readonly balanced_accuracy: number
  /** Gorodkin's correlation of k classes, -1 to 1; for two classes Matthews'. */
  readonly mcc: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly specificity: number
  /** One class against the rest, averaged; `micro` as `macro`. */
  readonly roc_auc: number
  readonly average_precision: number
  readonly log_loss: number
  /** Mean over rows of the squared distances of all classes, 0 to 2. */
  readonly brier: number
  /** Of the greatest probability of each row against whether its class was right, in ten cells. */
  readonly calibration_error: number
  readonly expected_cost?: number
}

/** Throws a RangeError for no rows, lists of different length, or a class out of range. O(classes n log n). */
export function multiclassMetrics(input: MulticlassInput): MulticlassMetrics {
  const { labels, probabilities, averaging = 'macro', costs } = input
  const confusion = tableOf(input)
  const n = labels.length
  const { tables, over, ...ofTable } = tableMetrics(confusion, averaging)
  const sizes = tables.map(({ tp, fn }) => tp + fn)
  const ranked = (metric: typeof auc) =>
    probabilities === undefined
      ? Number.NaN
      : over(
          probabilities.map((scores, i) => {
            const size = sizes[i] as number
            return size === 0 || size === n ? Number.NaN : metric(scores, membersOf(labels, i))
          }),
        )
  return {
    rows: n,
    confusion,
    ...ofTable,
    roc_auc: ranked(auc),
    average_precision: ranked(averagePrecision),
    ...ofProbabilities(labels, probabilities),
    ...(costs === undefined
      ? {}
      : {
          expected_cost:
            total(confusion.flatMap((row, i) => row.map((k, j) => k * (costs[i]?.[j] ?? 0)))) / n,
        }),
  }
}

/** What a table of classes and predictions gives; its counts may be weights. */
export function tableMetrics(
  confusion: readonly (readonly number[])[],
  averaging: Averaging = 'macro',
) {
  const n = total(confusion.map(total))
  const tables = confusion.map((row, i) => {
    const tp = row[i] as number
    const [fn, fp] = [total(row) - tp, total(confusion.map((other) => other[i] as number)) - tp]
    return { tp, fp, fn, tn: n - tp - fn - fp }
  })
  const each = tables.map(confusionMetrics)
  const over = (values: readonly number[], kind: Averaging = averaging) => {
    const defined = values.flatMap((value, i) => {
      const { tp, fn } = tables[i] as (typeof tables)[number]
      return Number.isNaN(value) ? [] : [{ value, weight: kind === 'weighted' ? tp + fn : 1 }]
    })
    return (
      total(defined.map(({ value, weight }) => value * weight)) /
      total(defined.map(({ weight }) => weight))
    )
  }
  const added = confusionMetrics(
    tables.reduce((sum, { tp, fp, fn, tn }) => ({
      tp: sum.tp + tp,
      fp: sum.fp + fp,
      fn: sum.fn + fn,
      tn: sum.tn + tn,
    })),
  )
  const averaged = (name: 'precision' | 'recall' | 'f1' | 'specificity') =>
    averaging === 'micro' ? added[name] : over(each.map((one) => one[name]))
  return {
    ...{ tables, over },
    accuracy: total(tables.map(({ tp }) => tp)) / n,
    /** Each class alike, whatever the averaging. */
    balanced_accuracy: over(
      each.map(({ recall }) => recall),
      'macro',
    ),
    mcc: gorodkin(confusion),
    precision: averaged('precision'),
    recall: averaged('recall'),
    f1: averaged('f1'),
    specificity: averaged('specificity'),
  }
}

/** Which rows are of the class, as 0 and 1. */
export const membersOf = (labels: ArrayLike<number>, wanted: number): Uint8Array =>
  Uint8Array.from(labels, (label) => (label === wanted ? 1 : 0))

function tableOf({ labels, predicted, classes }: MulticlassInput): number[][] {
  checkPairs(predicted, labels)
  const table = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let row = 0; row < labels.length; row++) {
    const counts = table[labels[row] as number]
    const at = predicted[row] as number
    if (counts?.[at] === undefined) {
      throw new RangeError(`row ${row} is of class ${labels[row]}, predicted as ${at}`)
    }
    counts[at]++
  }
  return table
}

/** Gorodkin, Computational Biology and Chemistry 28 (2004). */
function gorodkin(confusion: readonly (readonly number[])[]): number {
  const n = total(confusion.map(total))
  const [truly, said] = [
    confusion.map(total),
    confusion.map((_, j) => total(confusion.map((row) => row[j] as number))),
  ]
  const right = total(confusion.map((row, i) => row[i] as number))
  const both = total(truly.map((t, i) => t * (said[i] as number)))
  const square = (values: readonly number[]) => total(values.map((value) => value * value))
  const found =
    (right * n - both) / (Math.sqrt(n * n - square(said)) * Math.sqrt(n * n - square(truly)))
  // Rounding alone leads beyond; NaN stays NaN.
  return Math.max(-1, Math.min(1, found))
}

function ofProbabilities(
  labels: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[] | undefined,
): Pick<MulticlassMetrics, 'log_loss' | 'brier' | 'calibration_error'> {
  const nothing = Number.NaN
  if (probabilities === undefined) {
    return { log_loss: nothing, brier: nothing, calibration_error: nothing }
  }
  let [loss, squares] = [0, 0]
  const gaps = new Float64Array(10)
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number
    let [best, highest] = [0, Number.NEGATIVE_INFINITY]
    for (let i = 0; i < probabilities.length; i++) {
      const p = probabilities[i]?.[row] as number
      if (p > highest) [best, highest] = [i, p]
      squares += (p - (i === label ? 1 : 0)) ** 2
    }
    loss -= Math.log(Math.min(1 - 1e-15, Math.max(1e-15, probabilities[label]?.[row] as number)))
    const cell = Math.max(0, Math.min(9, Math.floor(highest * 10)))
    gaps[cell] = (gaps[cell] as number) + highest - (best === label ? 1 : 0)
  }
  const n = labels.length
  return {
    log_loss: loss / n,
    brier: squares / n,
    calibration_error: total(gaps.map(Math.abs)) / n,
  }
}
