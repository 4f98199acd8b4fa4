import { DriftgateError } from '../contracts/errors.ts'

/** Reads what `ByteWriter` wrote; whatever does not fit is PROFILE_LAYOUT_UNKNOWN. */
export class ByteReader {
  readonly #buffer: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get atEnd(): boolean {
    return this.#at === this.#buffer.length
  }

  take(length: number): Uint8Array {
    if (this.#at + length > this.#buffer.length) {
      throw new DriftgateError('PROFILE_LAYOUT_UNKNOWN', {
        reason: `it ends at byte ${this.#buffer.length}, in the middle of a value`,
      })
    }
    const taken = this.#buffer.subarray(this.#at, this.#at + length)
    this.#at += length
    return taken
  }

  ascii(length: number): string {
    return Buffer.from(this.take(length)).toString('latin1')
  }

  uint8(): number {
    if (this.#at >= this.#buffer.length) this.take(1)
    return this.#buffer[this.#at++] as number
  }

  uint16(): number {
    return Buffer.from(this.take(2)).readUInt16LE(0)
  }

  float64(): number {
    return Buffer.from(this.take(8)).readDoubleLE(0)
  }

  int128(signed: boolean): bigint {
    const data = Buffer.from(this.take(16))
    const value = data.readBigUInt64LE(0) + (data.readBigUInt64LE(8) << 64n)
    return signed ? BigInt.asIntN(128, value) : value
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
