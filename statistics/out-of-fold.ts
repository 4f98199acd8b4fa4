import type { BinnedColumn } from './binned-columns.ts'
import {
  type BoosterSettings,
  boosterScores,
  fitBooster,
  type HistogramBooster,
} from './histogram-booster.ts'
import { orders } from './permutation.ts'
import type { Stratum } from './stratified-ranks.ts'

/** Rows of two sides dealt at random to folds, each side as evenly as it goes; `labels` tell the sides. */
export interface DealtRows {
  readonly labels: Uint8Array
  readonly folds: readonly Uint32Array[]
}

/** The first `n` rows are label 0, the `m` after them label 1. */
export function dealFolds(
  n: number,
  m: number,
  { folds, next }: { folds: number; next: () => number },
): DealtRows {
  const parts: number[][] = Array.from({ length: folds }, () => [])
  for (const [i, row] of orders(n, next)().entries()) parts[i % folds]?.push(row)
  // From the last fold, so that what is left over does not gather in the first.
  for (const [i, row] of orders(m, next)().entries()) parts[folds - 1 - (i % folds)]?.push(n + row)
  return {
    labels: new Uint8Array(n + m).fill(1, n),
    folds: parts.map((rows) => Uint32Array.from(rows)),
  }
}

export interface ClassifiedFolds {
  /** Fold by fold the scores of a model that learned from all other folds. */
  readonly outOfFold: readonly Stratum[]
  /** From the second fold on the scores of a model that learned from the folds before it. */
  readonly forward: readonly Stratum[]
  /** Learned from all folds but the last. */
  readonly last: HistogramBooster
}

/**
 * Learns to tell the sides apart and scores rows that were not learned from, in two ways. Out-of-fold scores use the
 * most rows and estimate how well the sides can be told. They are no ground for a p-value: each fold teaches the
 * models that score the others, so that folds err together. Forward scores are: whatever was learned from earlier
 * folds, without a change the labels of the next fold are in random order, so folds add up like independent ones.
 */
export function classifyFolds(
  columns: readonly BinnedColumn[],
  { labels, folds }: DealtRows,
  settings: Partial<BoosterSettings>,
): ClassifiedFolds {
  const fit = (parts: readonly Uint32Array[]) =>
    fitBooster(columns, labels, joined(parts), settings)
  const score = (booster: HistogramBooster, rows: Uint32Array) =>
    stratumOf(boosterScores(booster, columns, rows), rows, labels)
  const lastFold = folds.at(-1) as Uint32Array
  const last = fit(folds.slice(0, -1))
  const lastScores = score(last, lastFold)
  const earlier = folds.slice(0, -1)
  return {
    outOfFold: [
      ...earlier.map((rows) => score(fit(folds.filter((fold) => fold !== rows)), rows)),
      lastScores,
    ],
    forward: [
      ...earlier.slice(1).map((rows, i) => score(fit(folds.slice(0, i + 1)), rows)),
      lastScores,
    ],
    last,
  }
}

export function stratumOf(scores: Float64Array, rows: Uint32Array, labels: Uint8Array): Stratum {
  const side = (label: number) => scores.filter((_, i) => labels[rows[i] as number] === label)
  return { x: side(0), y: side(1) }
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const rows = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    rows.set(part, at)
    at += part.length
  }
  return rows
}
