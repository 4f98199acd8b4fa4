import type { LabelBias } from '../../contracts/performance.ts'
import { kolmogorovSmirnov, kolmogorovSmirnovP } from '../../statistics/kolmogorov-smirnov.ts'
import { mean } from '../../statistics/mean-variance.ts'
import { orderedCells } from '../../statistics/ordered-cells.ts'

/** Fewer scores on one side tell nothing of it. */
const fewest = 30

/**
 * Whether labels come for other predictions than are made, as where only the refused ones are looked at: how the scores of
 * those with a label differ from those without. Null: too few of one kind, as where nearly all have one.
 */
export function biasOf({
  labelled,
  unlabelled,
}: {
  readonly labelled: readonly number[]
  readonly unlabelled: readonly number[]
}): LabelBias | null {
  if (labelled.length < fewest || unlabelled.length < fewest) return null
  const { reference, current } = orderedCells(unlabelled, labelled)
  const { distance, n, m } = kolmogorovSmirnov(reference, current)
  return {
    distance,
    pValue: kolmogorovSmirnovP(distance, n, m),
    labelled: mean(labelled),
    unlabelled: mean(unlabelled),
  }
}
