import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { MeasuredLoss } from '../../contracts/performance.ts'
import { mean, variance } from '../../statistics/mean-variance.ts'
import { chosenOf, type LabelledGroup, taskOf } from './labelled-rows.ts'

/**
 * What the rows of a group lose, by the one measure of its task that is a mean over rows: it can be held against other
 * windows whatever these are. Of two classes the squared distance of probability and label (Brier), or the rate of
 * errors where scores are no probabilities; of more the rate of errors; of a number the absolute error.
 */
export function lossOf(group: LabelledGroup, settings: LabelSettings): MeasuredLoss {
  const name = nameOf(group, settings)
  const losses = lossesOf(group, settings, name)
  return { name, mean: mean(losses), variance: variance(losses) / losses.length }
}

/** What each row of a group loses, by a measure of its task. */
export function lossesOf(
  { scores, chosen, actual, classes }: LabelledGroup,
  settings: LabelSettings,
  name: MeasuredLoss['name'],
): Float64Array {
  const score = (row: number) => scores[row] as number
  const label = (row: number) => actual[row] as number
  const isWrong = (row: number): boolean =>
    taskOf(settings) === 'multiclass'
      ? chosen[row] !== classes[row]
      : chosenOf(score(row), chosen[row] as string, settings) !== label(row)
  const of = {
    absolute_error: (row: number) => Math.abs(score(row) - label(row)),
    brier: (row: number) => (score(row) - label(row)) ** 2,
    error_rate: (row: number) => Number(isWrong(row)),
  }[name]
  return Float64Array.from({ length: scores.length }, (_, row) => of(row))
}

function nameOf({ scores }: LabelledGroup, settings: LabelSettings): MeasuredLoss['name'] {
  switch (taskOf(settings)) {
    case 'regression':
      return 'absolute_error'
    case 'multiclass':
      return 'error_rate'
    case 'binary':
      return scores.every((value) => value >= 0 && value <= 1) ? 'brier' : 'error_rate'
  }
}
