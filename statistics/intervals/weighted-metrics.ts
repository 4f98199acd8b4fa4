import {
  type ConfusionMetrics,
  type CostMatrix,
  confusionMetrics,
  expectedCost,
} from '../metrics/confusion.ts'
import { byDescendingScore } from '../metrics/rows.ts'
import type { WeightedMetric } from './bootstrap.ts'

/** The mean of a value per row. */
export const weightedMean =
  (values: ArrayLike<number>): WeightedMetric =>
  (weights) => {
    let [sum, size] = [0, 0]
    for (let row = 0; row < weights.length; row++) {
      const weight = weights[row] as number
      sum += weight * (values[row] as number)
      size += weight
    }
    return sum / size
  }

/** Coefficient of determination. */
export const weightedR2 =
  (actual: ArrayLike<number>, predicted: ArrayLike<number>): WeightedMetric =>
  (weights) => {
    let [size, sum, loss, squares] = [0, 0, 0, 0]
    // About the first value, so that a large mean does not eat the digits of the variance.
    const first = actual[0] as number
    for (let row = 0; row < weights.length; row++) {
      const weight = weights[row] as number
      const y = (actual[row] as number) - first
      size += weight
      sum += weight * y
      squares += weight * y * y
      loss += weight * ((predicted[row] as number) - first - y) ** 2
    }
    const spread = squares - (sum * sum) / size
    return spread > 0 ? 1 - loss / spread : Number.NaN
  }

/** The median of a value per row: the middle of where half of the weight is reached and where it is passed. */
export function weightedMedian(values: ArrayLike<number>): WeightedMetric {
  const order = Uint32Array.from(values, (_, row) => row).sort(
    (left, right) => (values[left] as number) - (values[right] as number),
  )
  return (weights) => {
    let size = 0
    for (const weight of weights) size += weight
    let [sum, low] = [0, Number.NaN]
    for (const row of order) {
      sum += weights[row] as number
      if (Number.isNaN(low) && sum * 2 >= size) low = values[row] as number
      if (sum * 2 > size) return (low + (values[row] as number)) / 2
    }
    return low
  }
}

/** Metrics of the table of predictions; `predicted` is 0 or 1. */
export function weightedConfusion(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  costs: CostMatrix = {},
): Readonly<Record<keyof ConfusionMetrics | 'expected_cost', WeightedMetric>> {
  const cells = Uint8Array.from(labels, (label, row) => label * 2 + (predicted[row] as number))
  const sums = new Float64Array(4)
  const table = (weights: Float64Array) => {
    sums.fill(0)
    for (let row = 0; row < weights.length; row++) {
      const cell = cells[row] as number
      sums[cell] = (sums[cell] as number) + (weights[row] as number)
    }
    const [tn, fp, fn, tp] = sums as unknown as [number, number, number, number]
    return { tn, fp, fn, tp }
  }
  const of =
    (name: keyof ConfusionMetrics): WeightedMetric =>
    (weights) =>
      confusionMetrics(table(weights))[name]
  return {
    accuracy: of('accuracy'),
    balanced_accuracy: of('balanced_accuracy'),
    mcc: of('mcc'),
    precision: of('precision'),
    recall: of('recall'),
    f1: of('f1'),
    specificity: of('specificity'),
    expected_cost: (weights) => expectedCost(table(weights), costs),
  }
}

/** Area under the ROC curve and average precision, ties counting half and as one. */
export function weightedRanking(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): { readonly roc_auc: WeightedMetric; readonly average_precision: WeightedMetric } {
  const order = byDescendingScore(scores)
  const isLast = Uint8Array.from(order, (row, i) =>
    scores[row] === scores[order[i + 1] as number] ? 0 : 1,
  )
  const truth = Uint8Array.from(order, (row) => labels[row] as number)
  return {
    roc_auc: (weights) => {
      let [pairs, ones, zeros, tiedOnes, tiedZeros] = [0, 0, 0, 0, 0]
      for (let i = 0; i < order.length; i++) {
        const weight = weights[order[i] as number] as number
        if (truth[i] === 1) tiedOnes += weight
        else tiedZeros += weight
        if (isLast[i] === 0) continue
        pairs += tiedZeros * (ones + tiedOnes / 2)
        ones += tiedOnes
        zeros += tiedZeros
        tiedOnes = tiedZeros = 0
      }
      return pairs / (ones * zeros)
    },
    average_precision: (weights) => {
      let [sum, ones, size, tied] = [0, 0, 0, 0]
      for (let i = 0; i < order.length; i++) {
        const weight = weights[order[i] as number] as number
        if (truth[i] === 1) tied += weight
        size += weight
        if (isLast[i] === 0) continue
        ones += tied
        if (tied > 0) sum += tied * (ones / size)
        tied = 0
      }
      return sum / ones
    },
  }
}

/** Expected calibration error in equally wide cells. */
export function weightedCalibration(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  cells: number,
): WeightedMetric {
  const places = Int32Array.from(scores, (score) =>
    Math.max(0, Math.min(Math.floor(score * cells), cells - 1)),
  )
  const gaps = new Float64Array(cells)
  return (weights) => {
    gaps.fill(0)
    let size = 0
    for (let row = 0; row < weights.length; row++) {
      const weight = weights[row] as number
      const place = places[row] as number
      size += weight
      gaps[place] =
        (gaps[place] as number) + weight * ((scores[row] as number) - (labels[row] as number))
    }
    return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / size
  }
}
