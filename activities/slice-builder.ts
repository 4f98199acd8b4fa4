import type { DeadLetter } from '../adapters/postgres/dead-letters.ts'
import type { LoggedHalf } from '../adapters/postgres/halves.ts'
import type { Binning } from '../contracts/binning.ts'
import type {
  FeatureValue,
  Half,
  PackedResult,
  PackedRow,
  PredictionRow,
} from '../contracts/prediction.ts'
import type { RawRecord } from '../formats/index.ts'
import { bucketOf } from '../policies/window.ts'
import {
  createProfile,
  encodeProfile,
  encodeSample,
  IdHash,
  PackedSample,
  RowCounter,
  SeenIds,
  segmenter,
  waitingNumbers,
} from '../profiles/index.ts'
import { brokerTime, clockSlackMs } from './broker-time.ts'
import { type HalfValues, halfValues } from './half-values.ts'

/** Bounds of one slice: what is lost when a worker dies, and what one transaction writes. */
const mostRecords = 50_000
const mostBytes = 16 << 20
const mostMs = 10_000
/** Records between two looks at the clock. */
const untimed = 64
/** Cells of all its parts together, 8 bytes each: many segments of many buckets are many profiles. */
const mostCells = 16 << 20

interface KafkaRecord extends RawRecord {
  readonly offset: string
}

export interface SliceSettings {
  readonly binning: Binning
  /** Width of a bucket of event time, milliseconds. */
  readonly bucketMs: number
  /** A bucket begins here, milliseconds since 1970. */
  readonly anchorMs: number
  readonly keepBadBytes: boolean
  /** A sample of the rows goes with the counts. */
  readonly keepSample: boolean
}

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
  /** Rows that are only half of one: they are in no part until they are joined. */
  readonly halves: LoggedHalf[] = []
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

  constructor(
    settings: SliceSettings,
    decode: (record: RawRecord) => PackedResult,
    limit: number = mostRecords,
  ) {
    this.#settings = settings
    this.#decode = decode
    this.#limit = limit
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
      (records % untimed === 0 && performance.now() - this.#began >= mostMs)
    )
  }

  add(record: KafkaRecord): void {
    this.take(record, this.#decode(record))
  }

  /** A record that was decoded already. */
  take(record: KafkaRecord, result: PackedResult): void {
    this.#bytes += sizeOf(record)
    if (result.kind === 'packed') {
      this.good++
      this.#count(result.row, record.timestampMs, result.row)
      return
    }
    if (result.kind === 'foreign') {
      this.foreign++
      return
    }
    if (result.kind === 'bad') {
      this.bad++
      this.deadLetters.push({
        offset: BigInt(record.offset),
        code: 'RECORD_MALFORMED',
        reason: result.reason,
        field: result.field ?? null,
        bytes: this.#settings.keepBadBytes ? record.value : null,
        at: brokerTime(record.timestampMs),
      })
      return
    }
    this.good++
    if (result.half !== undefined) {
      this.#keep(result.half, result.kind === 'row' ? [result.row] : result.rows, record)
      return
    }
    if (result.kind === 'row') {
      this.#count(result.row, record.timestampMs)
      return
    }
    this.moreRows += result.rows.length - 1
    for (const row of result.rows) this.#count(row, record.timestampMs)
  }

  /** Counts a row that was made elsewhere. */
  addRow(row: PredictionRow): void {
    this.#count(row, -1)
  }

  #count(row: PredictionRow, receivedMs: number, packed: PackedRow | null = null): void {
    const { anchorMs, bucketMs } = this.#settings
    // Below 0 the log keeps no times.
    if (receivedMs >= 0 && row.timeMs > receivedMs + clockSlackMs) this.ahead++
    const hash =
      packed === null || packed.idEnd < packed.idFrom
        ? this.#hash.of(row.id)
        : this.#hash.ofBytes(packed.idBytes, packed.idFrom, packed.idEnd)
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

  #keep(half: Half, rows: readonly PredictionRow[], record: KafkaRecord): void {
    const { timestampMs, offset } = record
    this.moreRows += rows.length - 1
    for (const [place, { id, timeMs, version, values }] of rows.entries()) {
      if (timestampMs >= 0 && timeMs > timestampMs + clockSlackMs) this.ahead++
      this.#values ??= halfValues(this.#settings.binning)
      const text = this.#values.text(half, values)
      this.halves.push({ half, place, id, timeMs, version, values: text, offset: BigInt(offset) })
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

  parts() {
    return [...this.#parts.values()].map(({ version, segment, bucketMs, counter, sample }) => {
      const profile = counter.settle()
      return {
        version,
        segment,
        bucket: new Date(bucketMs),
        rows: profile.rows,
        profile: encodeProfile(profile),
        sample: sample === null ? null : encodeSample(sample.settle()),
      }
    })
  }
}

const sizeOf = (record: RawRecord): number =>
  record.bytes === undefined
    ? (record.value?.length ?? 0)
    : Math.max(0, (record.end ?? 0) - (record.from ?? 0))
