import { keepsSamples } from '../../contracts/data-settings.ts'
import type { VerdictMessage } from '../../contracts/messages.ts'
import type { ModelSettings } from '../../contracts/model-settings.ts'
import type { Window } from '../../contracts/report.ts'
import { Replay } from '../../judging/replay.ts'
import type { ReplayReference } from '../../judging/replay-reference.ts'
import { messageOf } from '../../judging/verdict-message.ts'
import { buildBinning, profileDigest } from '../../profiles/index.ts'
import { summedRows } from '../summed-rows.ts'
import { columnsOf, type DataSet, rowAt, valuesOf } from './data-set.ts'
import type { Served, Version } from './served.ts'
import type { Rows } from './split.ts'

/** Verdicts on the inputs of windows, against what the version with the most rows in it learned from. */
export class InputWindows {
  readonly #set: DataSet
  readonly #replay: Replay
  readonly #name: string
  readonly #settings: ModelSettings
  readonly #references = new Map<string, ReplayReference>()

  constructor(set: DataSet, settings: ModelSettings) {
    this.#set = set
    this.#settings = settings
    this.#name = set.name
    this.#replay = new Replay(settings)
  }

  /** What the steward is told of a window whose rows were answered. */
  async judge(
    window: Window,
    { from, to }: Rows,
    served: Served,
    driftOpenSinceMs: number | null,
  ): Promise<VerdictMessage> {
    const { binning } = this.#referenceOf(served.history.at(-1) as Version)
    for (const version of new Set(served.by.slice(from, to))) {
      const rows = range(from, to).filter((row) => served.by[row] === version)
      const bucket = new Date(window.start)
      const part = { version, segment: '', bucket, rows: rows.length }
      this.#replay.add({
        ...part,
        ...this.#summed(binning, rows, (row) => served.answers[row] as number),
      })
    }
    const found = await this.#replay.judge({
      ...{ window, counts: { bad: 0, lost: 0 }, driftOpenSinceMs },
      referenceOf: (version) =>
        this.#referenceOf(served.history.find(({ name }) => name === version) ?? served.champion),
    })
    return messageOf({ ...found, model: this.#name, evidenceDigest: '' })
  }

  /** Rows that a version learned from, as it answers them, under the binning of the first version. */
  #referenceOf({ name, model, trainedOn }: Version): ReplayReference {
    const known = this.#references.get(name)
    if (known !== undefined) return known
    const from = rowAt(this.#set, Date.parse(trainedOn.start))
    const to = rowAt(this.#set, Date.parse(trainedOn.end) + 1)
    const answers = model(columnsOf(this.#set, from, to))
    const rows = range(from, to)
    const score = (row: number) => answers[row - from] as number
    const [first] = this.#references.values()
    const binning =
      first?.binning ??
      buildBinning(
        ...([this.#name, '1', this.#settings.features] as const),
        rows.map((row) => valuesOf(this.#set, row, score(row))),
      )
    const summed = this.#summed(binning, rows, score)
    const digest = profileDigest(summed.profile)
    const reference = { ...summed, version: name, digest, binning, segments: [] }
    this.#references.set(name, reference)
    return reference
  }

  #summed(
    binning: ReplayReference['binning'],
    rows: readonly number[],
    score: (row: number) => number,
  ) {
    const summed = rows.map((row) => ({
      ...{ id: String(row), values: valuesOf(this.#set, row, score(row)) },
    }))
    return summedRows(binning, summed, { keepsSample: keepsSamples(this.#settings) })
  }
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)
