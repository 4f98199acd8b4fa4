import { DriftgateError } from '../contracts/errors.ts'
import { type Half, isAnswer } from '../contracts/prediction.ts'
import { joinHalves, type StoredHalf } from '../policies/pairs.ts'
import type { RawRow } from './reference-rows.ts'

/** Requests and responses that are held until the file ends; one takes some 500 bytes of memory. */
const mostHalves = 4_000_000

interface FileHalf extends StoredHalf {
  readonly row: RawRow
}

/**
 * Requests and responses of a file, joined as scans join those of a log: of one id, at most the delay apart, the first of
 * those that came more than once. A file has one order, and so counts as one partition.
 */
export class PairsOfFile {
  readonly #file: string
  readonly #delayMs: number
  /** Of the values: whether they are in the answer. */
  readonly #isAnswer: readonly boolean[]
  readonly #byId = new Map<string, FileHalf[]>()
  #count = 0

  constructor(of: {
    readonly file: string
    readonly names: readonly string[]
    readonly delayMs: number
  }) {
    this.#file = of.file
    this.#delayMs = of.delayMs
    this.#isAnswer = of.names.map(isAnswer)
  }

  /** Holds a value of what was asked and one of the answer. */
  isWhole(raw: readonly unknown[]): boolean {
    return this.#holds(raw, true) && this.#holds(raw, false)
  }

  halfOf(raw: readonly unknown[]): Half {
    return this.#holds(raw, true) ? 'response' : 'request'
  }

  /** `record` and `place`: where it stands. Throws FILE_PAIRS_MANY. */
  add(half: Half, row: RawRow, record: number, place = 0): void {
    if (++this.#count > mostHalves) {
      throw new DriftgateError('FILE_PAIRS_MANY', { file: this.#file, most: mostHalves })
    }
    const { id, timeMs, version } = row
    const own = row.raw.map((value, i) => (this.#isAnswer[i] === (half === 'response') ? value : 0))
    const stored: FileHalf = {
      ...{ half, row, timeMs, version, place, partition: 0, offset: BigInt(record), since: 1 },
      ...{ values: JSON.stringify(own, spelled), digest: null },
    }
    const there = this.#byId.get(id)
    if (there === undefined) this.#byId.set(id, [stored])
    else there.push(stored)
  }

  /** The rows that the halves come to, in the order of their time. */
  joined(onHalf?: (half: Half, timeMs: number, isMatched: boolean) => void): RawRow[] {
    const rows: RawRow[] = []
    for (const [id, halves] of this.#byId) {
      const { pairs, counted, matched } = joinHalves(halves, 1, this.#delayMs)
      for (const { request, response } of pairs) {
        const [asked, answer] = [(request as FileHalf).row, (response as FileHalf).row]
        rows.push({
          ...{ id, timeMs: asked.timeMs, version: answer.version || asked.version },
          model: asked.model || answer.model,
          raw: asked.raw.map((value, i) => (this.#isAnswer[i] ? answer.raw[i] : value)),
        })
      }
      const mates = new Set(matched)
      for (const half of counted) onHalf?.(half.half, half.timeMs, mates.has(half))
    }
    this.#byId.clear()
    return rows.sort((left, right) => left.timeMs - right.timeMs)
  }

  #holds(raw: readonly unknown[], answers: boolean): boolean {
    return raw.some(
      (value, i) => this.#isAnswer[i] === answers && value !== undefined && value !== null,
    )
  }
}

/** Values that JSON has no word for. */
const spelled = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))
    ? String(value)
    : value
