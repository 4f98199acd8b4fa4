import { classifier, type Model, regressor } from '../concept/models.ts'
import { columnsOf, type DataSet, lossOf, rowAt } from './data-set.ts'
import type { Rows } from './split.ts'

/** A version of the model of a data set. */
export interface Version {
  readonly name: string
  readonly model: Model
  /** Event time that it learned from, ISO 8601, both ends within. */
  readonly trainedOn: { readonly start: string; readonly end: string }
}

/** The project's own booster of the task, fitted to some rows. Deterministic. */
export function fitVersion(set: DataSet, name: string, { from, to }: Rows): Version {
  const fit = set.task === 'regression' ? regressor : classifier
  return {
    name,
    model: fit(columnsOf(set, from, to), set.labels.slice(from, to)),
    trainedOn: { start: iso(set.times[from] as number), end: iso(set.times[to - 1] as number) },
  }
}

/** Which version answers when, and what it answers: every row by the version that serves at its time. */
export class Served {
  readonly answers: Float64Array
  /** Version of each row that was answered. */
  readonly by: string[] = []
  readonly #set: DataSet
  readonly #since: { readonly fromMs: number; readonly version: Version }[]
  #next: number

  constructor(set: DataSet, first: Version) {
    this.#set = set
    this.#since = [{ fromMs: Number.NEGATIVE_INFINITY, version: first }]
    this.#next = set.first
    this.answers = new Float64Array(set.times.length).fill(Number.NaN)
  }

  get champion(): Version {
    return (this.#since.at(-1) as { version: Version }).version
  }

  /** Every version that serves or served, the latest first, each once. */
  get history(): Version[] {
    return [...new Set(this.#since.map(({ version }) => version).toReversed())]
  }

  /** When each began to serve. */
  get switches(): readonly { readonly fromMs: number; readonly version: Version }[] {
    return this.#since.slice(1)
  }

  release(version: Version, nowMs: number): void {
    this.answerUntil(nowMs)
    this.#since.push({ fromMs: nowMs, version })
  }

  /** Answers all rows before a moment that nobody has answered. */
  answerUntil(nowMs: number): void {
    const to = rowAt(this.#set, nowMs)
    if (to <= this.#next) return
    const { model, name } = this.champion
    this.answers.set(model(columnsOf(this.#set, this.#next, to)), this.#next)
    for (let row = this.#next; row < to; row++) this.by[row] = name
    this.#next = to
  }

  /** Mean loss of rows that were answered. */
  loss(from = this.#set.first, to = this.#set.times.length): number {
    let sum = 0
    for (let row = from; row < to; row++) {
      sum += lossOf(this.#set, this.#set.labels[row] as number, this.answers[row] as number)
    }
    return sum / (to - from)
  }
}

const iso = (timeMs: number): string => new Date(timeMs).toISOString()
