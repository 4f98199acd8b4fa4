import { CopyBytes } from './copy-bytes.ts'

/** What brings rows: a slice or a repair of one, by its reading's number; a join as partition -1. */
export interface PredictionsFrom {
  readonly reading: number
  readonly partition: number
  readonly from: bigint
}

/** Rows as they go into the table. */
export interface KeptPredictions {
  /** 1: all that there were; below, a sample by the hash of the prediction id. */
  readonly rate: number
  readonly rows: number
  /** Those besides that are not kept, since they were erased. */
  readonly erased: number
  /** Starts of the days of their event times, milliseconds since 1970. */
  readonly days: readonly number[]
  readonly columns: readonly string[]
  /** In the binary form of COPY. */
  readonly bytes: Uint8Array
}

/** What the rows of a model have besides what all have. */
export interface PredictionColumns {
  readonly prediction: boolean
  readonly segments: boolean
  /** A join came to them. */
  readonly joined: boolean
}

/** Where one half of a pair lies, or what was whole. */
export interface HalfPlace {
  readonly partition: number
  readonly offset: bigint
  /** Null: unknown. */
  readonly digest: Uint8Array | null
}

const dayMs = 86_400_000
/** PostgreSQL counts microseconds from 2000. */
const epochMs = Date.UTC(2000, 0, 1)
/** Of SHA-256 of a record, so many bytes are kept. */
export const digestBytes = 16

/**
 * Collects rows as bytes, of a million rows none as an object. The values of a row are given one after the other: `row`,
 * then its id, its digest, and what `columns` says besides, in their order.
 */
export class PredictionRows {
  rows = 0
  erased = 0
  readonly columns: readonly string[]
  readonly #bytes = new CopyBytes()
  /** What every row begins with. */
  readonly #head: Uint8Array
  readonly #days = new Set<number>()
  #day = Number.NaN
  #version = ''
  #versionBytes: Uint8Array = new Uint8Array()

  constructor({ reading, partition, from }: PredictionsFrom, has: PredictionColumns) {
    this.columns = [
      ...['reading', 'partition', 'from_offset', 'at', 'offset', 'version', 'score'],
      ...['id', 'digest'],
      ...(has.prediction ? ['prediction'] : []),
      ...(has.segments ? ['segments'] : []),
      ...(has.joined
        ? ['answer_partition', 'request_partition', 'request_offset', 'request_digest']
        : []),
    ]
    this.#head = CopyBytes.of((bytes) => {
      bytes.row(this.columns.length)
      bytes.int(reading)
      bytes.int(partition)
      bytes.long(Number(from))
    })
  }

  /** `score` null: it has none. */
  row(timeMs: number, offset: number, version: string, score: number | null): void {
    const bytes = this.#bytes
    this.rows++
    const day = Math.floor(timeMs / dayMs)
    if (day !== this.#day) {
      this.#day = day
      this.#days.add(day)
    }
    if (version !== this.#version || this.rows === 1) {
      this.#version = version
      this.#versionBytes = CopyBytes.of((own) => own.text(version))
    }
    bytes.raw(this.#head)
    bytes.long((timeMs - epochMs) * 1_000)
    bytes.long(offset)
    bytes.raw(this.#versionBytes)
    if (score === null) bytes.none()
    else bytes.double(score)
  }

  idBytes(source: Uint8Array, from: number, end: number): void {
    this.#bytes.bytes(source, from, end)
  }

  /** It must be one that tables can hold. */
  id(text: string): void {
    this.#bytes.text(text)
  }

  /** SHA-256 as a text of one character for each byte. */
  digest(binary: string): void {
    this.#bytes.binary(binary, digestBytes)
  }

  /** Null: it has none. PostgreSQL has no NUL. */
  prediction(text: string | null): void {
    if (text === null) this.#bytes.none()
    else this.#bytes.text(text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text)
  }

  segments(names: readonly string[]): void {
    this.#bytes.texts(names)
  }

  /** Of a row that a join came to, that of its answer. */
  halfDigest(digest: Uint8Array | null): void {
    if (digest === null) this.#bytes.none()
    else this.#bytes.bytes(digest)
  }

  /** `request` null: the answer holds it too. */
  places(answer: HalfPlace, request: HalfPlace | null): void {
    const bytes = this.#bytes
    bytes.int(answer.partition)
    if (request === null) {
      for (let column = 0; column < 3; column++) bytes.none()
      return
    }
    bytes.int(request.partition)
    bytes.long(Number(request.offset))
    this.halfDigest(request.digest)
  }

  /** Nothing is added after it. */
  settle(rate: number): KeptPredictions {
    const days = [...this.#days].map((day) => day * dayMs)
    const { rows, erased, columns } = this
    return { rate, rows, erased, days, columns, bytes: this.#bytes.end() }
  }
}
