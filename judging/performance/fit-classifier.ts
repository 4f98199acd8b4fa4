import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { MeasuredLoss } from '../../contracts/performance.ts'
import { type Cbpe, cbpeProbabilities, fitCbpe } from '../../statistics/cbpe/binary.ts'
import { expectedLosses } from '../../statistics/cbpe/expected-loss.ts'
import { fitGap } from '../../statistics/concept/gap.ts'
import { fitIsotonic } from '../../statistics/isotonic.ts'
import { mean, variance } from '../../statistics/mean-variance.ts'
import { type FittedGroup, fewestOfClass, rowsNeeded } from './estimator.ts'
import { bySegment, type ReferenceRow } from './reference-rows.ts'

/** Scores, chosen classes and labels of rows, column by column. */
export interface ClassifiedRows {
  readonly scores: Float64Array
  readonly predicted: Uint8Array
  readonly labels: Uint8Array
}

export const classifiedRows = (rows: readonly ReferenceRow[]): ClassifiedRows => ({
  scores: Float64Array.from(rows, ({ score }) => score),
  predicted: Uint8Array.from(rows, ({ chosen }) => chosen),
  labels: Uint8Array.from(rows, ({ label }) => label),
})

/** A score that is none, as a margin, says how probable a class is by its curve alone. */
export const areProbabilities = (scores: ArrayLike<number>): boolean =>
  Array.prototype.every.call(scores, (score: number) => score >= 0 && score <= 1)

/** By what a group is held against others: Brier of probabilities, else the rate of errors, as losses are measured. */
export const lossNameOf = (scores: ArrayLike<number>): 'brier' | 'error_rate' =>
  areProbabilities(scores) ? 'brier' : 'error_rate'

/**
 * What scores mean in all rows and in each segment with rows enough of each class; none where all rows together have
 * too few. `next`: uniform numbers in [0, 1).
 */
export function fitClassifier(
  rows: readonly ReferenceRow[],
  settings: LabelSettings,
  next: () => number,
): FittedGroup[] {
  const needed = rowsNeeded(settings)
  const fitted: FittedGroup[] = []
  for (const [segment, own] of bySegment(rows)) {
    const ones = own.reduce((sum, { label }) => sum + label, 0)
    const isEnough = own.length >= needed && Math.min(ones, own.length - ones) >= fewestOfClass
    if (!isEnough && segment === '') return []
    if (isEnough) fitted.push(fitGroup(segment, classifiedRows(own), next))
  }
  return fitted
}

function fitGroup(
  segment: string,
  { scores, predicted, labels }: ClassifiedRows,
  next: () => number,
): FittedGroup {
  const cbpe = withCurve(fitCbpe({ scores, predicted }, labels, next), scores, labels)
  const probabilities = cbpeProbabilities(cbpe, scores)
  const name = lossNameOf(scores)
  const estimated = expectedLosses({ scores, predicted, probabilities }, name)
  const realised = realisedLosses({ scores, predicted, labels }, name)
  return {
    ...{ segment, labels: labels.length, cbpe, shift: null },
    loss: {
      ...{ name, realised: mean(realised), rowVariance: variance(realised) },
      estimated: { mean: mean(estimated), variance: variance(estimated) / labels.length },
    },
    gap: fitGap(probabilities, labels),
  }
}

/** Scores that are no probabilities have a curve whatever it improves. */
const withCurve = (cbpe: Cbpe, scores: Float64Array, labels: Uint8Array): Cbpe =>
  cbpe.calibration !== null || areProbabilities(scores)
    ? cbpe
    : { ...cbpe, calibration: fitIsotonic(scores, labels) }

const realisedLosses = (
  { scores, predicted, labels }: ClassifiedRows,
  name: MeasuredLoss['name'],
): Float64Array =>
  Float64Array.from(scores, (score, row) => {
    const label = labels[row] as number
    return name === 'brier' ? (score - label) ** 2 : predicted[row] === label ? 0 : 1
  })
