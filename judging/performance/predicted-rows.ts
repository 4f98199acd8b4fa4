import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { LabelledRow } from '../../contracts/performance.ts'
import { chosenOf, taskOf } from './labelled-rows.ts'

/** Predictions of one version, or of a segment of it, whose labels nobody asks for. */
export interface PredictedGroup {
  readonly version: string
  readonly segment: string
  predictions: number
  /** Those that are numbers. */
  readonly scores: number[]
  /** Of two classes whether the positive one was chosen, 1 or 0. */
  readonly chosen: number[]
}

export type Prediction = Pick<LabelledRow, 'version' | 'score' | 'prediction' | 'segments'>

/** Sorts predictions by version and segment. */
export class PredictedRows {
  predictions = 0
  readonly #settings: LabelSettings
  readonly #groups = new Map<string, PredictedGroup>()

  constructor(settings: LabelSettings) {
    this.#settings = settings
  }

  /** Whether it has a score, by which something can be said of it. */
  add({ version, score, prediction, segments }: Prediction): boolean {
    this.predictions++
    const known = score !== null && Number.isFinite(score)
    const isBinary = taskOf(this.#settings) === 'binary'
    const chosen = known && isBinary ? chosenOf(score, prediction ?? '', this.#settings) : 0
    for (const segment of ['', ...(segments ?? [])]) {
      const group = this.#group(version, segment)
      group.predictions++
      if (!known) continue
      group.scores.push(score)
      group.chosen.push(chosen)
    }
    return known
  }

  /** By version, all rows of it before its segments. */
  groups(): PredictedGroup[] {
    return [...this.#groups.values()].sort(
      (left, right) => compare(left.version, right.version) || compare(left.segment, right.segment),
    )
  }

  #group(version: string, segment: string): PredictedGroup {
    // Neither holds a NUL.
    const key = `${version}\0${segment}`
    let group = this.#groups.get(key)
    if (group === undefined) {
      group = { version, segment, predictions: 0, scores: [], chosen: [] }
      this.#groups.set(key, group)
    }
    return group
  }
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
