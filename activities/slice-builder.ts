import type { DeadLetter } from '../adapters/postgres/dead-letters.ts'
import type { LoggedHalf } from '../adapters/postgres/halves.ts'
import { digestBytes, type KeptPredictions } from '../adapters/postgres/prediction-rows.ts'
import type { Binning } from '../contracts/binning.ts'
import type {
  FeatureValue,
  PackedResult,
  PackedRow,
  Piece,
  PredictionRow,
} from '../contracts/prediction.ts'
import type { RawRecord } from '../formats/index.ts'
import { bucketOf } from '../policies/window.ts'
import {
  createProfile,
  ErasedIds,
  encodeProfile,
  encodeSample,
  eraseFromSample,
  IdHash,
  PackedSample,
  RowCounter,
  SeenIds,
  segmenter,
  waitingNumbers,
} from '../profiles/index.ts'
import { clockSlackMs } from './broker-time.ts'
import { type HalfValues, halfValues } from './half-values.ts'
import {
  type JoinedPlaces,
  type Keeping,
  type KeptRecord,
  PredictionKeeper,
  recordDigest,
} from './prediction-keeper.ts'
import { deadLetterOf, isLong, mostRecords } from './slice-bounds.ts'

/** Bytes of the values of one slice. */
const mostBytes = 16 << 20
/** Cells of all its parts together, 8 bytes each: many segments of many buckets are many profiles. */
const mostCells = 16 << 20

export interface SliceSettings {
  readonly binning: Binning
  /** Width of a bucket of event time, milliseconds. */
  readonly bucketMs: number
  /** A bucket begins here, milliseconds since 1970. */
  readonly anchorMs: number
  readonly keepBadBytes: boolean
  /** A sample of the rows goes with the counts. */
  readonly keepSample: boolean
  /** Rows wait until it is told which of them came more than once. */
  readonly countOnce?: boolean
}

export interface SliceOptions {
  /** Of one slice. */
  readonly records?: number | undefined
  /** Absent: no prediction is kept as a row of its own. */
  readonly keeping?: Keeping | undefined
  /** Its rows are those that a join comes to. */
  readonly joined?: boolean
  /** Predictions of which nothing is kept but that they count; absent: there are none. */
  readonly erased?: ErasedIds
}

const nobody = new ErasedIds(0)

interface Part {
  readonly version: string
  readonly segment: string
  readonly bucketMs: number
  readonly counter: RowCounter
  /** Null for a segment, whose rows are in the sample of all rows, and where none is kept. */
  readonly sample: PackedSample | null
}

/** Sums up the records of one slice into parts: one per model version, segment and bucket of event time. */
export class SliceBuilder {
  good = 0
  bad = 0
  foreign = 0
  /** Rows of the good records beyond one for each. */
  moreRows = 0
  /** Rows whose event time is after the broker received them: a clock is wrong somewhere. */
  ahead = 0
  /** Rows whose prediction id the slice had before: at least so many were sent more than once. */
  repeated = 0
  readonly deadLetters: DeadLetter[] = []
  /** Rows that are only half of one, or may be there more than once: they are in no part until they are joined. */
  readonly halves: LoggedHalf[] = []
  /** Those besides that are not stored, since their prediction was erased. */
  erasedHalves = 0
  readonly #erased: ErasedIds
  readonly #settings: SliceSettings
  readonly #decode: (record: RawRecord) => PackedResult
  readonly #limit: number
  readonly #segmentsOf: (values: readonly FeatureValue[]) => readonly string[]
  readonly #hash = new IdHash()
  readonly #ids = new SeenIds()
  readonly #parts = new Map<string, Part>()
  /** Neighbours in a log mostly belong together. */
  #last: Part | null = null
  readonly #began = performance.now()
  #bytes = 0
  readonly #cellsOfPart: number
  #values: HalfValues | null = null
  readonly #keeper: PredictionKeeper | null

  constructor(
    settings: SliceSettings,
    decode: (record: RawRecord) => PackedResult,
    { records = mostRecords, keeping, joined = false, erased = nobody }: SliceOptions = {},
  ) {
    this.#erased = erased
    this.#settings = settings
    this.#decode = decode
    this.#limit = records
    this.#keeper =
      keeping === undefined
        ? null
        : new PredictionKeeper(settings.binning, keeping, { joined, erased })
    this.#cellsOfPart = settings.binning.features.reduce(
      (sum, feature) =>
        sum +
        (feature.kind === 'numeric'
          ? feature.edges.length + 1 + waitingNumbers
          : feature.categories.length),
      0,
    )
    this.#segmentsOf = segmenter(settings.binning)
  }

  get full(): boolean {
    const records = this.good + this.moreRows + this.bad + this.foreign
    return (
      records >= this.#limit ||
      this.#bytes >= mostBytes ||
      this.#parts.size * this.#cellsOfPart >= mostCells ||
      isLong(records, this.#began)
    )
  }

  add(record: KeptRecord): void {
    this.take(record, this.#decode(record))
  }

  /** A record that was decoded already. */
  take(record: KeptRecord, result: PackedResult): void {
    this.#bytes += sizeOf(record)
    if (result.kind === 'packed') {
      this.good++
      if (this.#settings.countOnce) this.#keep('whole', [result.row], record)
      else this.#count(result.row, record, result.row)
      return
    }
    if (result.kind === 'foreign') {
      this.foreign++
      return
    }
    if (result.kind === 'bad') {
      this.bad++
      const { keepBadBytes } = this.#settings
      this.deadLetters.push(deadLetterOf(record, result, keepBadBytes, this.#erased))
      return
    }
    this.good++
    const rows = result.kind === 'row' ? [result.row] : result.rows
    this.moreRows += rows.length - 1
    const piece = result.half ?? (this.#settings.countOnce ? 'whole' : undefined)
    if (piece !== undefined) this.#keep(piece, rows, record)
    else for (const row of rows) this.#count(row, record)
  }

  /** Counts a row that a join came to. */
  addJoined(row: PredictionRow, places: JoinedPlaces): void {
    const hash = this.#hashOf(row, null)
    this.#countHashed(row, hash, null)
    this.#keeper?.keepJoined(row, hash, places)
  }

  #count(row: PredictionRow, record: KeptRecord, packed: PackedRow | null = null): void {
    const { timestampMs } = record
    // Below 0 the log keeps no times.
    if (timestampMs >= 0 && row.timeMs > timestampMs + clockSlackMs) this.ahead++
    const hash = this.#hashOf(row, packed)
    this.#countHashed(row, hash, packed)
    this.#keeper?.keep(row, packed, hash, record)
  }

  #hashOf(row: PredictionRow, packed: PackedRow | null): IdHash {
    return packed === null || packed.idEnd < packed.idFrom
      ? this.#hash.of(row.id)
      : this.#hash.ofBytes(packed.idBytes, packed.idFrom, packed.idEnd)
  }

  #countHashed(row: PredictionRow, hash: IdHash, packed: PackedRow | null): void {
    const { anchorMs, bucketMs } = this.#settings
    if (!this.#ids.add(hash)) this.repeated++
    const bucket = bucketOf(anchorMs, bucketMs, row.timeMs)
    const last = this.#last
    const part =
      last !== null && last.bucketMs === bucket && last.version === row.version
        ? last
        : this.#part(row.version, '', bucket)
    this.#last = part
    if (packed === null) {
      part.counter.add(row.values)
      part.sample?.addRow(row, hash)
    } else {
      part.counter.addPacked(packed)
      part.sample?.add(packed, hash)
    }
    if (this.#settings.binning.segments === undefined) return
    for (const segment of this.#segmentsOf(row.values)) {
      this.#part(row.version, segment, bucket).counter.add(row.values)
    }
  }

  #keep(piece: Piece, rows: readonly PredictionRow[], record: KeptRecord): void {
    const { timestampMs, offset } = record
    const digest =
      this.#keeper === null
        ? null
        : Buffer.from(recordDigest(record), 'latin1').subarray(0, digestBytes)
    for (const [place, { id, timeMs, version, values }] of rows.entries()) {
      if (timestampMs >= 0 && timeMs > timestampMs + clockSlackMs) this.ahead++
      if (this.#erased.hasId(id)) {
        this.erasedHalves++
        continue
      }
      this.#values ??= halfValues(this.#settings.binning)
      const text = this.#values.text(piece, values)
      const at = BigInt(offset)
      this.halves.push({ offset: at, place, piece, id, timeMs, version, values: text, digest })
    }
  }

  #part(version: string, segment: string, bucketMs: number): Part {
    // Neither a version nor a segment holds a NUL.
    const key = `${bucketMs}\0${version}\0${segment}`
    let part = this.#parts.get(key)
    if (part === undefined) {
      const { binning, keepSample } = this.#settings
      const counter = new RowCounter(createProfile(binning))
      const sample = segment === '' && keepSample ? new PackedSample(binning) : null
      part = { version, segment, bucketMs, counter, sample }
      this.#parts.set(key, part)
    }
    return part
  }

  /** Null: none were to be kept. They are taken once. */
  predictions(): KeptPredictions | null {
    return this.#keeper?.settle() ?? null
  }

  parts() {
    return [...this.#parts.values()].map(({ version, segment, bucketMs, counter, sample }) => {
      const profile = counter.settle()
      return {
        version,
        segment,
        bucket: new Date(bucketMs),
        rows: profile.rows,
        profile: encodeProfile(profile),
        sample: sample === null ? null : this.#withoutErased(encodeSample(sample.settle())),
      }
    })
  }

  #withoutErased(sample: Uint8Array): Uint8Array {
    if (this.#erased.none) return sample
    return eraseFromSample(sample, this.#erased)?.bytes ?? sample
  }
}

const sizeOf = (record: RawRecord): number =>
  record.bytes === undefined
    ? (record.value?.length ?? 0)
    : Math.max(0, (record.end ?? 0) - (record.from ?? 0))
