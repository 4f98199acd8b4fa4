import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { LabelledRow, PerformanceReport } from '../../contracts/performance.ts'

/** Rows with a label of one version, or of a segment of it: `score` NaN and `chosen` '' where there is none. */
export interface LabelledGroup {
  readonly version: string
  readonly segment: string
  predictions: number
  /** Of all predictions, with a label or without one; what is no number is left out. */
  readonly allScores: number[]
  /** Event times, milliseconds since 1970. */
  readonly times: number[]
  readonly scores: number[]
  readonly chosen: string[]
  /** Number, or 0 and 1 of two classes. */
  readonly actual: number[]
  /** Of several classes. */
  readonly classes: string[]
}

type Task = PerformanceReport['task']

/** Sorts predictions by version and segment, and tells what can be measured of each. */
export class LabelledRows {
  predictions = 0
  labelled = 0
  withdrawn = 0
  unusable = 0
  /** Scores of predictions with a label, and without one. */
  readonly scores = { labelled: [] as number[], unlabelled: [] as number[] }
  readonly #settings: LabelSettings
  readonly #groups = new Map<string, LabelledGroup>()

  constructor(settings: LabelSettings) {
    this.#settings = settings
  }

  get task(): Task {
    return taskOf(this.#settings)
  }

  add(found: LabelledRow): void {
    // What is no number can be held against nothing.
    const row = Number.isFinite(found.score) ? found : { ...found, score: null }
    this.predictions++
    const said = row.value !== null || row.class !== null
    if (!said && row.said) this.withdrawn++
    const label = said ? labelOf(row, this.#settings) : null
    if (said && label === null) this.unusable++
    const isUsable = label !== null
    if (isUsable) this.labelled++
    if (row.score !== null) this.scores[isUsable ? 'labelled' : 'unlabelled'].push(row.score)
    for (const segment of ['', ...(row.segments ?? [])]) {
      const group = this.#group(row.version, segment)
      group.predictions++
      if (row.score !== null) group.allScores.push(row.score)
      if (label === null) continue
      group.times.push(row.at)
      group.scores.push(row.score ?? Number.NaN)
      group.chosen.push(row.prediction ?? '')
      if (typeof label === 'number') group.actual.push(label)
      else group.classes.push(label)
    }
  }

  /** By version, all rows of it before its segments. */
  groups(): LabelledGroup[] {
    return [...this.#groups.values()].sort(
      (left, right) => compare(left.version, right.version) || compare(left.segment, right.segment),
    )
  }

  #group(version: string, segment: string): LabelledGroup {
    // Neither holds a NUL.
    const key = `${version}\0${segment}`
    let group = this.#groups.get(key)
    if (group === undefined) {
      group = {
        ...{ version, segment, predictions: 0, allScores: [], times: [], scores: [] },
        ...{ chosen: [], actual: [], classes: [] },
      }
      this.#groups.set(key, group)
    }
    return group
  }
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

export const taskOf = ({ task, classes }: LabelSettings): Task =>
  task === 'regression' ? 'regression' : classes === undefined ? 'binary' : 'multiclass'

/** Null: the label says nothing about this task, or there is nothing to hold it against. */
export function labelOf(row: LabelledRow, settings: LabelSettings): number | string | null {
  const { value, score, prediction } = row
  switch (taskOf(settings)) {
    case 'regression':
      return value === null || score === null ? null : value
    case 'multiclass': {
      const name = row.class ?? String(value)
      return prediction === null || !settings.classes?.includes(name) ? null : name
    }
    case 'binary':
      return score === null && prediction === null ? null : binaryOf(row, settings)
  }
}

function binaryOf(
  { value, class: name }: Pick<LabelledRow, 'value' | 'class'>,
  { positive }: LabelSettings,
): number | null {
  if (positive !== undefined) return (name ?? String(value)) === positive ? 1 : 0
  return value === 0 || value === 1 ? value : null
}

/** Whether the model chose the positive class, 1 or 0. */
export function chosenOf(
  score: number,
  chosen: string,
  { positive, threshold }: LabelSettings,
): number {
  if (chosen === '') return score >= threshold ? 1 : 0
  return chosen === positive || (positive === undefined && (chosen === '1' || chosen === 'true'))
    ? 1
    : 0
}
