import { DriftgateError } from '../contracts/errors.ts'

/** Reads what `ByteWriter` wrote; whatever does not fit is PROFILE_LAYOUT_UNKNOWN. */
export class ByteReader {
  readonly #buffer: Buffer
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get atEnd(): boolean {
    return this.#at === this.#buffer.length
  }

  take(length: number): Uint8Array {
    const from = this.#pass(length)
    return this.#buffer.subarray(from, from + length)
  }

  /** Where the next value begins, which ends after so many bytes. */
  #pass(length: number): number {
    const from = this.#at
    if (from + length > this.#buffer.length) {
      throw new DriftgateError('PROFILE_LAYOUT_UNKNOWN', {
        reason: `it ends at byte ${this.#buffer.length}, in the middle of a value`,
      })
    }
    this.#at = from + length
    return from
  }

  ascii(length: number): string {
    return Buffer.from(this.take(length)).toString('latin1')
  }

  uint8(): number {
    if (this.#at >= this.#buffer.length) this.#pass(1)
    return this.#buffer[this.#at++] as number
  }

  uint16(): number {
    return this.#view.getUint16(this.#pass(2), true)
  }

  float64(): number {
    return this.#view.getFloat64(this.#pass(8), true)
  }

  int128(signed: boolean): bigint {
    const from = this.#pass(16)
    const low = this.#view.getBigUint64(from, true)
    const high = signed
      ? this.#view.getBigInt64(from + 8, true)
      : this.#view.getBigUint64(from + 8, true)
    return high === 0n ? low : low + (high << 64n)
  }

  uvarint(): number {
    // Most counts are of one byte or two.
    const first = this.uint8()
    if (first < 0x80) return first
    const second = this.uint8()
    if (second < 0x80) return (first & 0x7f) + second * 0x80
    this.#at -= 2
    return this.#longUvarint()
  }

  #longUvarint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.uint8()
      value += (byte & 0x7f) * factor
      if (value > Number.MAX_SAFE_INTEGER) {
        throw new DriftgateError('PROFILE_LAYOUT_UNKNOWN', { reason: 'a count beyond 2^53' })
      }
      if (byte < 0x80) return value
    }
  }
}
