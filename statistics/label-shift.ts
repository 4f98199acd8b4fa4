import { pearson } from './cell-statistics.ts'
import { chiSquareTest } from './contingency.ts'
import { poolCells } from './pool-cells.ts'
import { normalQuantile } from './special.ts'
import { logTableTail } from './table-law.ts'
import { total } from './total.ts'

/** How the classes are spread now, as far as the model's predictions alone can tell. */
export interface LabelShift {
  /** Share of each class now, and its interval. */
  readonly shares: readonly number[]
  readonly shareIntervals: readonly (readonly [number, number])[]
  /** Share now over share in the reference: what a labelled row of the class counts for, to train or to measure anew. */
  readonly weights: readonly number[]
  readonly weightIntervals: readonly (readonly [number, number])[]
  /** Two-sided p-value that the classes are spread as in the reference, and its natural logarithm. */
  readonly p: number
  readonly logP: number
}

/** A pivot below this: the predictions of two classes are the same, and nothing tells them apart. */
const leastPivot = 1e-9

/**
 * Black-box shift estimation (Lipton, Wang and Smola, ICML 2018): the shares of the classes in rows without labels, from
 * what a model predicts for them. Holds where only the shares of the classes change, and the rows within each class do
 * not (label shift).
 *
 * `confusion[i][j]` counts labelled rows that the model did not learn from, predicted as i and truly j; `predicted[i]`
 * rows now that are predicted as i. With C the share predicted as i among those of class j, the shares q now solve C q =
 * the shares predicted now. Intervals by the delta method, over the noise of both sides. The test compares the predicted
 * shares of both sides: under label shift they move exactly when q does. Throws RangeError for tables that are not k x k
 * with k >= 2, for a class without a row, and where the predictions cannot tell the classes apart.
 */
export function labelShift(
  confusion: readonly ArrayLike<number>[],
  predicted: ArrayLike<number>,
  level = 0.95,
): LabelShift {
  const k = confusion.length
  if (k < 2 || predicted.length !== k || confusion.some((row) => row.length !== k)) {
    throw new RangeError(
      'needs a square table of at least two classes, and as many predicted counts',
    )
  }
  const columns = Array.from({ length: k }, (_, j) =>
    total(confusion.map((row) => row[j] as number)),
  )
  const [n, m] = [total(columns), total(predicted)]
  if (columns.some((sum) => !(sum > 0)) || !(m > 0)) {
    throw new RangeError('each class needs labelled rows, and the window a prediction')
  }
  const now = Array.from(predicted, (count) => count / m)
  const given = confusion.map((row) => columns.map((sum, j) => (row[j] as number) / sum))
  const inverse = inverseOf(given)
  const solved = times(inverse, now)
  const priors = columns.map((sum) => sum / n)
  const ratios = solved.map((share, j) => share / (priors[j] as number))
  // Noise of the predicted shares now, and of each class's share among the predictions, of which q_j is taken.
  const ofShares = noise(now, m, (i, l) =>
    solved.reduce((sum, share, j) => {
      const [a, b] = [given[i]?.[j] as number, given[l]?.[j] as number]
      return sum + (share ** 2 * ((i === l ? a : 0) - a * b)) / (columns[j] as number)
    }, 0),
  )
  // For weights the reference's rows vary in their class too: each adds the weight of its class to its prediction.
  const ofWeights = noise(now, m, (i, l) => {
    const square = ratios.reduce(
      (sum, w, j) => sum + ((confusion[i]?.[j] as number) / n) * w * w,
      0,
    )
    return ((i === l ? square : 0) - (now[i] as number) * (now[l] as number)) / n
  })
  const z = normalQuantile((1 + level) / 2)
  const scaled = inverse.map((row, j) => row.map((value) => value / (priors[j] as number)))
  const shareErrors = errors(inverse, ofShares)
  const weightErrors = errors(scaled, ofWeights)
  const clipped = solved.map((share) => Math.max(0, share))
  const shares = clipped.map((share) => share / total(clipped))
  return {
    shares,
    shareIntervals: solved.map((share, j) => {
      const half = z * (shareErrors[j] as number)
      return [unit(share - half), unit(share + half)] as const
    }),
    weights: shares.map((share, j) => share / (priors[j] as number)),
    weightIntervals: ratios.map((ratio, j) => {
      const half = z * (weightErrors[j] as number)
      return [Math.max(0, ratio - half), Math.max(0, ratio + half)] as const
    }),
    ...testOf(confusion.map(total), predicted),
  }
}

const unit = (x: number) => Math.min(1, Math.max(0, x))

/** Whether the predictions are spread alike on both sides, by chi-square with thin cells joined. */
function testOf(before: ArrayLike<number>, now: ArrayLike<number>): Pick<LabelShift, 'p' | 'logP'> {
  const { reference, current } = poolCells(before, now)
  const { statistic } = chiSquareTest([reference, current])
  const cells = reference.map((count, i) => count + (current[i] as number))
  const logP = logTableTail(pearson, statistic, cells, total(current), total(reference))
  return { p: Math.exp(logP), logP }
}

type Matrix = readonly (readonly number[])[]

const times = (matrix: Matrix, vector: readonly number[]) =>
  matrix.map((row) => row.reduce((sum, value, i) => sum + value * (vector[i] as number), 0))

/** Covariance of the shares predicted now, of m rows, and of what `reference` adds. */
const noise = (
  now: readonly number[],
  m: number,
  reference: (i: number, l: number) => number,
): Matrix => now.map((a, i) => now.map((b, l) => ((i === l ? a : 0) - a * b) / m + reference(i, l)))

/** Standard errors of `linear` times a vector of this covariance. */
const errors = (linear: Matrix, covariance: Matrix) =>
  linear.map((row) => {
    const spread = times(covariance, row)
    return Math.sqrt(
      Math.max(
        0,
        row.reduce((sum, value, i) => sum + value * (spread[i] as number), 0),
      ),
    )
  })

/** By elimination with the largest pivot of each column. */
function inverseOf(matrix: Matrix): number[][] {
  const k = matrix.length
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))])
  for (let column = 0; column < k; column++) {
    const at = (i: number) => Math.abs(rows[i]?.[column] as number)
    let best = column
    for (let i = column + 1; i < k; i++) if (at(i) > at(best)) best = i
    if (!(at(best) > leastPivot)) {
      throw new RangeError('the predictions cannot tell the classes apart')
    }
    const [pivot, other] = [rows[best] as number[], rows[column] as number[]]
    rows[column] = pivot.map((value) => value / (pivot[column] as number))
    if (best !== column) rows[best] = other
    for (let i = 0; i < k; i++) {
      if (i === column) continue
      const factor = rows[i]?.[column] as number
      rows[i] = (rows[i] as number[]).map(
        (value, j) => value - factor * (rows[column]?.[j] as number),
      )
    }
  }
  return rows.map((row) => row.slice(k))
}
