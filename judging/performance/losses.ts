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
  const { name, of } = kindOf(group, settings)
  const losses = Float64Array.from({ length: group.scores.length }, (_, row) => of(row))
  return { name, mean: mean(losses), variance: variance(losses) / losses.length }
}

function kindOf(
  { scores, chosen, actual, classes }: LabelledGroup,
  settings: LabelSettings,
): { name: MeasuredLoss['name']; of: (row: number) => number } {
  const score = (row: number) => scores[row] as number
  const label = (row: number) => actual[row] as number
  switch (taskOf(settings)) {
    case 'regression':
      return { name: 'absolute_error', of: (row) => Math.abs(score(row) - label(row)) }
    case 'multiclass':
      return { name: 'error_rate', of: (row) => (chosen[row] === classes[row] ? 0 : 1) }
    case 'binary': {
      if (scores.every((value) => value >= 0 && value <= 1)) {
        return { name: 'brier', of: (row) => (score(row) - label(row)) ** 2 }
      }
      const picked = (row: number) => chosenOf(score(row), chosen[row] as string, settings)
      return { name: 'error_rate', of: (row) => (picked(row) === label(row) ? 0 : 1) }
    }
  }
}
