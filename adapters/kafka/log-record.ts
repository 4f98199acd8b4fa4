type Header = Buffer | readonly Buffer[] | undefined

/** What a reader sees of a record. */
export interface LoggedRecord {
  readonly offset: string
  readonly value: Buffer | null
  /** The same without a view made of it: where it stands in bytes; `end` below `from`: there is none. */
  readonly bytes?: Buffer
  readonly from?: number
  readonly end?: number
  /** The time that the broker keeps of it, milliseconds since 1970; below 0: none. */
  readonly timestampMs: number
  readonly key: Buffer | null
  /** A header that stands there more than once has a list of values. */
  readonly headers: Readonly<Record<string, Header>>
}

/**
 * A record of a fetch answer. What a quick reader never looks at (a buffer of the value, the offset as text, key and
 * headers) is only made when it is asked for, since a log is read by the million.
 */
export class LogRecord implements LoggedRecord {
  readonly bytes: Buffer
  readonly from: number
  readonly end: number
  readonly timestampMs: number
  /** Exact below 2^53. */
  readonly offsetNumber: number
  readonly #keyAt: number

  constructor(
    bytes: Buffer,
    place: { offset: number; timestampMs: number; keyAt: number; from: number; end: number },
  ) {
    this.bytes = bytes
    this.offsetNumber = place.offset
    this.timestampMs = place.timestampMs
    this.#keyAt = place.keyAt
    this.from = place.from
    this.end = place.end
  }

  get value(): Buffer | null {
    return this.end < this.from ? null : this.bytes.subarray(this.from, this.end)
  }

  get offset(): string {
    return String(this.offsetNumber)
  }

  get key(): Buffer | null {
    return new VarReader(this.bytes, this.#keyAt).bytes()
  }

  get headers(): Readonly<Record<string, Header>> {
    const reader = new VarReader(this.bytes, Math.max(this.from, this.end))
    const found = new Map<string, Header>()
    for (let left = reader.number(); left > 0; left--) {
      const name = String(reader.bytes() ?? '')
      const value = reader.bytes() ?? undefined
      const before = found.get(name)
      if (before === undefined) found.set(name, value)
      else if (value !== undefined) found.set(name, [before, value].flat())
    }
    return Object.fromEntries(found)
  }
}

/** Reads numbers of a varying length (zigzag, seven bits a byte) and what they say the length of. */
export class VarReader {
  at: number
  readonly #bytes: Buffer

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  /** Beyond the end of the bytes it is NaN; exact below 2^53. */
  number(): number {
    let byte = this.#bytes[this.at++] as number
    if (byte < 0x80) return byte & 1 ? -((byte + 1) >> 1) : byte >> 1
    let sum = byte & 0x7f
    for (let weight = 0x80; byte >= 0x80 && weight < 2 ** 70; weight *= 0x80) {
      byte = this.#bytes[this.at++] as number
      sum += (byte & 0x7f) * weight
      if (byte === undefined) return Number.NaN
    }
    if (byte === undefined) return Number.NaN
    return sum % 2 === 1 ? -(sum + 1) / 2 : sum / 2
  }

  /** Null where the length is negative. */
  bytes(): Buffer | null {
    const length = this.number()
    if (length < 0) return null
    const from = this.at
    this.at += length
    return this.#bytes.subarray(from, this.at)
  }
}
