import type { DeadLetter } from '../adapters/postgres/dead-letters.ts'
import { type KeptLabels, LabelRows } from '../adapters/postgres/label-rows.ts'
import type { LabelReading } from '../adapters/postgres/readings.ts'
import { labelDecoder } from '../formats/json-label.ts'
import { type ErasedIds, IdHash, isInSample, storedId } from '../profiles/index.ts'
import type { KeptRecord } from './prediction-keeper.ts'
import { deadLetterOf, isLong, mostRecords } from './slice-bounds.ts'

export interface LabelSliceOptions {
  readonly keepBadBytes: boolean
  /** The share of prediction ids of which labels are kept, as predictions are. */
  readonly rate: number
  readonly erased: ErasedIds
  /** Of one slice. */
  readonly records?: number | undefined
}

/** Gathers the labels of one slice. */
export class LabelSlice {
  good = 0
  bad = 0
  foreign = 0
  readonly deadLetters: DeadLetter[] = []
  readonly #decode: ReturnType<typeof labelDecoder>
  readonly #rows: LabelRows
  readonly #options: LabelSliceOptions
  readonly #hash = new IdHash()
  readonly #began = performance.now()

  constructor(
    { number, model, definition }: LabelReading,
    place: { readonly partition: number; readonly from: bigint },
    options: LabelSliceOptions,
  ) {
    this.#decode = labelDecoder(definition.paths, model)
    this.#rows = new LabelRows({ reading: number, ...place })
    this.#options = options
  }

  get full(): boolean {
    const records = this.good + this.bad + this.foreign
    return records >= (this.#options.records ?? mostRecords) || isLong(records, this.#began)
  }

  take(record: KeptRecord): void {
    const result = this.#decode(record)
    if (result.kind === 'foreign') this.foreign++
    else if (result.kind === 'bad') {
      this.bad++
      const { keepBadBytes, erased } = this.#options
      this.deadLetters.push(deadLetterOf(record, result, keepBadBytes, erased))
    } else {
      this.good++
      const { id, timeMs, label } = result
      if (!isInSample(this.#hash.of(id), this.#options.rate)) return
      if (this.#options.erased.has(this.#hash)) {
        this.#rows.erased++
        return
      }
      const offset = record.offsetNumber ?? Number(record.offset)
      this.#rows.add(timeMs, offset, storedId(id), label)
    }
  }

  /** They are taken once. */
  labels(): KeptLabels {
    return this.#rows.settle(this.#options.rate)
  }
}
