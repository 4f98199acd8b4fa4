import type { FeatureSettings } from '../../contracts/feature-settings.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import type { BoosterColumn } from '../../statistics/binned-columns.ts'

/** A feature of every row: numbers, or categories by their code. */
export type Column =
  | { readonly kind: 'numeric'; readonly values: Float64Array }
  | {
      readonly kind: 'categorical'
      readonly codes: Int32Array
      readonly categories: readonly string[]
    }

/** Rows with their labels in order of event time, and what of the policy file is its own: columns, delay and task. */
export interface DataSet {
  readonly name: string
  readonly title: string
  readonly task: 'classification' | 'regression'
  /** By when its labels are there, as a configuration says it. */
  readonly delay: string
  readonly features: Readonly<Record<string, FeatureSettings>>
  readonly columns: readonly Column[]
  readonly times: Float64Array
  readonly labels: Float64Array
  /** So many rows are what the first version learns from. */
  readonly first: number
}

export const lossName = ({ task }: Pick<DataSet, 'task'>): string =>
  task === 'regression' ? 'mean absolute error' : 'Brier score'

/** What a row loses by an answer: the absolute error of a number, the squared distance of a probability. */
export const lossOf = ({ task }: Pick<DataSet, 'task'>, label: number, answer: number): number =>
  task === 'regression' ? Math.abs(label - answer) : (label - answer) ** 2

/** The first row at or after a moment, milliseconds since 1970. */
export function rowAt({ times }: Pick<DataSet, 'times'>, timeMs: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] as number) < timeMs) low = middle + 1
    else high = middle
  }
  return low
}

/** What a model learns from, or answers: rows from one up to, not with, another. */
export const columnsOf = (
  { columns }: Pick<DataSet, 'columns'>,
  from: number,
  to: number,
): BoosterColumn[] =>
  columns.map((column) =>
    column.kind === 'numeric'
      ? { kind: 'numeric', values: column.values.slice(from, to) }
      : { kind: 'categorical', codes: column.codes.slice(from, to) },
  )

/** A row as a record of the log carries it, the score last. */
export const valuesOf = (
  { columns }: Pick<DataSet, 'columns'>,
  row: number,
  score: number,
): FeatureValue[] => [
  ...columns.map((column) =>
    column.kind === 'numeric'
      ? (column.values[row] as number)
      : column.categories[column.codes[row] as number],
  ),
  score,
]
