type Header = Buffer | readonly Buffer[] | undefined

/** What a reader sees of a record. */
export interface LoggedRecord {
  readonly offset: string
  readonly value: Buffer | null
  /** The time that the broker keeps of it, milliseconds since 1970; below 0: none. */
  readonly timestampMs: number
  readonly key: Buffer | null
  /** A header that stands there more than once has a list of values. */
  readonly headers: Readonly<Record<string, Header>>
}

/**
 * A record of a fetch answer. What most readers never look at (the offset as text, key and headers) is only made when
 * it is asked for, since a log is read by the million.
 */
export class LogRecord implements LoggedRecord {
  readonly value: Buffer | null
  readonly timestampMs: number
  readonly #offset: number
  readonly #bytes: Buffer
  readonly #keyAt: number
  readonly #headersAt: number

  constructor(
    bytes: Buffer,
    place: { offset: number; timestampMs: number; keyAt: number; headersAt: number },
    value: Buffer | null,
  ) {
    this.#bytes = bytes
    this.#offset = place.offset
    this.timestampMs = place.timestampMs
    this.#keyAt = place.keyAt
    this.#headersAt = place.headersAt
    this.value = value
  }

  /** Exact below 2^53. */
  get offsetNumber(): number {
    return this.#offset
  }

  get offset(): string {
    return String(this.#offset)
  }

  get key(): Buffer | null {
    return new VarReader(this.#bytes, this.#keyAt).bytes()
  }

  get headers(): Readonly<Record<string, Header>> {
    const reader = new VarReader(this.#bytes, this.#headersAt)
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
