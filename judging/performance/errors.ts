import type { LabelSettings } from '../../contracts/label-settings.ts'
import { chosenOf, type LabelledGroup, taskOf } from './labelled-rows.ts'

/** What each labelled row got wrong: 1 or 0 of classes, the absolute error of a number. */
export function errorsOf(group: LabelledGroup, settings: LabelSettings): Float64Array {
  const { scores, chosen, actual, classes } = group
  const isWrong = (row: number): boolean => {
    if (taskOf(settings) === 'multiclass') return chosen[row] !== classes[row]
    return chosenOf(scores[row] as number, chosen[row] as string, settings) !== actual[row]
  }
  const of =
    taskOf(settings) === 'regression'
      ? (row: number) => Math.abs((scores[row] as number) - (actual[row] as number))
      : (row: number) => (isWrong(row) ? 1 : 0)
  return Float64Array.from(scores, (_, row) => of(row))
}

/** Scores of two classes and their labels, where all of them are probabilities; null: they are none. */
export function probabilitiesOf(
  { scores, actual }: LabelledGroup,
  settings: LabelSettings,
): { scores: number[]; labels: number[] } | null {
  const found = scoresOf({ scores, actual }, settings)
  return found?.scores.every((score) => score >= 0 && score <= 1) ? found : null
}

/** Scores of two classes and their labels, of the rows that have a score; null: there are none. */
export function scoresOf(
  { scores, actual }: Pick<LabelledGroup, 'scores' | 'actual'>,
  settings: LabelSettings,
): { scores: number[]; labels: number[] } | null {
  if (taskOf(settings) !== 'binary') return null
  const rows = scores.flatMap((score, row) => (Number.isNaN(score) ? [] : [row]))
  if (rows.length === 0) return null
  return {
    scores: rows.map((row) => scores[row] as number),
    labels: rows.map((row) => actual[row] as number),
  }
}
