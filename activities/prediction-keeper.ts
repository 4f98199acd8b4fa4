import { hash } from 'node:crypto'
import {
  type HalfPlace,
  type KeptPredictions,
  PredictionRows,
  type PredictionsFrom,
} from '../adapters/postgres/prediction-rows.ts'
import type { Binning } from '../contracts/binning.ts'
import {
  held,
  type PackedRow,
  type PredictionRow,
  predictionFeature,
  scoreFeature,
} from '../contracts/prediction.ts'
import type { RawRecord } from '../formats/index.ts'
import {
  categoryValue,
  type ErasedIds,
  type IdHash,
  isInSample,
  numericValue,
  segmenter,
  storedId,
  surelyShort,
} from '../profiles/index.ts'

/** Which predictions are kept as rows, and what brings them. */
export interface Keeping extends PredictionsFrom {
  /** 1: all; below, those of a sample by the hash of their id. */
  readonly rate: number
}

export interface KeptRecord extends RawRecord {
  readonly offset: string
  /** The same, where it is there as a number: exact below 2^53. */
  readonly offsetNumber?: number
}

/** Where a row that a join came to lies; `request` null: whole at its response. */
export interface JoinedPlaces {
  readonly request: HalfPlace | null
  readonly response: HalfPlace
}

/** SHA-256 of the value of a record, as a text of one character for each byte. */
export function recordDigest({ bytes, from = 0, end = 0, value }: RawRecord): string {
  const read = bytes === undefined ? (value ?? new Uint8Array()) : bytes.subarray(from, end)
  return hash('sha256', read, 'binary')
}

/** Keeps a small row of each prediction for the labels that will come, written as bytes at once. */
export class PredictionKeeper {
  readonly #rate: number
  readonly #rows: PredictionRows
  readonly #binning: Binning
  /** Where score and class stand in a row; -1: nowhere. */
  readonly #score: number
  readonly #class: number
  readonly #segmentsOf: ReturnType<typeof segmenter> | null
  readonly #erased: ErasedIds
  #digested: KeptRecord | null = null
  #digest = ''

  constructor(
    binning: Binning,
    keeping: Keeping,
    { joined, erased }: { readonly joined: boolean; readonly erased: ErasedIds },
  ) {
    this.#erased = erased
    const placeOf = (feature: string) => binning.features.findIndex(({ name }) => name === feature)
    this.#binning = binning
    this.#rate = keeping.rate
    this.#score = placeOf(scoreFeature)
    this.#class = placeOf(predictionFeature)
    this.#segmentsOf = binning.segments === undefined ? null : segmenter(binning)
    this.#rows = new PredictionRows(keeping, {
      prediction: this.#class >= 0,
      segments: this.#segmentsOf !== null,
      joined,
    })
  }

  /** `hash`: of the row's id; `packed`: the row, where it is one. */
  keep(row: PredictionRow, packed: PackedRow | null, idHash: IdHash, record: KeptRecord): void {
    if (!this.#isKept(idHash)) return
    if (record !== this.#digested) {
      this.#digested = record
      this.#digest = recordDigest(record)
    }
    const offset = record.offsetNumber ?? Number(record.offset)
    const rows = this.#rows
    rows.row(row.timeMs, offset, row.version, this.#scoreOf(row, packed))
    if (packed !== null && isShort(packed.idEnd - packed.idFrom)) {
      rows.idBytes(packed.idBytes, packed.idFrom, packed.idEnd)
    } else rows.id(storedId(row.id))
    rows.digest(this.#digest)
    this.#rest(row, packed)
  }

  keepJoined(row: PredictionRow, idHash: IdHash, { request, response }: JoinedPlaces): void {
    if (!this.#isKept(idHash)) return
    const rows = this.#rows
    rows.row(row.timeMs, Number(response.offset), row.version, this.#scoreOf(row, null))
    rows.id(storedId(row.id))
    rows.halfDigest(response.digest)
    this.#rest(row, null)
    rows.places(response, request)
  }

  #isKept(idHash: IdHash): boolean {
    if (!isInSample(idHash, this.#rate)) return false
    if (!this.#erased.has(idHash)) return true
    this.#rows.erased++
    return false
  }

  settle(): KeptPredictions {
    return this.#rows.settle(this.#rate)
  }

  #scoreOf(row: PredictionRow, packed: PackedRow | null): number | null {
    const at = this.#score
    if (packed === null) return at < 0 ? null : (numericValue(row.values[at]) ?? null)
    return packed.kinds[at] === held.number ? (packed.numbers[at] as number) : null
  }

  #rest(row: PredictionRow, packed: PackedRow | null): void {
    if (this.#class >= 0) this.#rows.prediction(this.#classOf(row, packed))
    if (this.#segmentsOf !== null) this.#rows.segments(this.#segmentsOf(row.values))
  }

  #classOf(row: PredictionRow, packed: PackedRow | null): string | null {
    const at = this.#class
    if (packed === null) return categoryValue(row.values[at])
    const kind = packed.kinds[at]
    if (kind === held.unseen) return packed.unseen[at] as string
    const feature = this.#binning.features[at]
    if (kind !== held.known || feature?.kind !== 'categorical') return null
    return feature.categories[packed.numbers[at] as number] ?? null
  }
}

/** Below 0 it stands nowhere as bytes. */
const isShort = (length: number): boolean => length >= 0 && length <= surelyShort
