import { aucEstimate, foldedAucInterval } from './auc-variance.ts'
import { type BoosterColumn, binColumn } from './binned-columns.ts'
import { type BoosterSettings, boosterScores, fitBooster } from './histogram-booster.ts'
import { dealFolds, stratumOf } from './out-of-fold.ts'
import { total } from './total.ts'

export interface ImportanceWeights {
  /** One per row of the reference, 1 on average. */
  readonly weights: Float64Array
  /** As many unweighted rows would say as much (Kish): few, where the reference hardly has rows like those now. */
  readonly effectiveRows: number
  /** How well rows of the two sides can be told apart, with its 95 % interval: 0.5 is not at all. */
  readonly apart: { readonly auc: number; readonly low: number; readonly high: number }
}

/** A row counts at most this many times. */
const most = 50
const folds = 5

/**
 * How much more often rows like each of the first `n` occur among those after them: the ratio of densities, as the
 * odds of a classifier that tells the two apart (Bickel, Brückner and Scheffer, ICML 2007), each row by boosters that
 * did not learn from it. `columns`: rows of both sides, the reference first. With labelled rows first and all
 * predictions after them, these weights make up for who gets a label. Throws a RangeError without a row on either side.
 */
export function importanceWeights(
  columns: readonly BoosterColumn[],
  n: number,
  next: () => number,
  settings: Partial<BoosterSettings> = { trees: 50, leaves: 15 },
): ImportanceWeights {
  const [first] = columns
  const rows =
    first === undefined ? 0 : first.kind === 'numeric' ? first.values.length : first.codes.length
  const m = rows - n
  if (!(n > 0 && m > 0)) throw new RangeError('each side needs at least one row')
  const binned = columns.map((column) => binColumn(column))
  const { labels, folds: parts } = dealFolds(n, m, { folds, next })
  const weights = new Float64Array(n)
  const told: ReturnType<typeof aucEstimate>[] = []
  for (const part of parts) {
    const others = parts.filter((each) => each !== part).flatMap((each) => [...each])
    const booster = fitBooster(binned, labels, Uint32Array.from(others), settings)
    const odds = boosterScores(booster, binned, part)
    const { x, y } = stratumOf(odds, part, labels)
    if (x.length > 0 && y.length > 0) told.push(aucEstimate(x, y))
    for (const [i, row] of part.entries()) {
      if (row < n) weights[row] = Math.min(most, (Math.exp(odds[i] as number) * n) / m)
    }
  }
  const centre = total(weights) / n
  const scaled = weights.map((weight) => weight / centre)
  return {
    weights: scaled,
    effectiveRows: n ** 2 / total(scaled.map((weight) => weight ** 2)),
    apart: foldedAucInterval(told, n * m),
  }
}
