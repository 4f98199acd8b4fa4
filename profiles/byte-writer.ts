/** Bytes written one after another, little endian, into a buffer that grows. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(4_096)
  #length = 0

  #room(bytes: number): number {
    const at = this.#length
    this.#length += bytes
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, at)
      this.#buffer = larger
    }
    return at
  }

  ascii(text: string): void {
    this.bytes(Buffer.from(text, 'latin1'))
  }

  bytes(data: Uint8Array): void {
    const at = this.#room(data.length)
    this.#buffer.set(data, at)
  }

  uint8(value: number): void {
    const at = this.#room(1)
    this.#buffer[at] = value
  }

  uint16(value: number): void {
    const at = this.#room(2)
    this.#buffer.writeUInt16LE(value, at)
  }

  float64(value: number): void {
    const at = this.#room(8)
    this.#buffer.writeDoubleLE(value, at)
  }

  /** Two's complement, 16 bytes. */
  int128(value: bigint): void {
    const at = this.#room(16)
    this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, value), at)
    this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, value >> 64n), at + 8)
  }

  /** Unsigned LEB128 of minimal length, up to 2^53. */
  uvarint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.uint8((rest % 0x80) + 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.uint8(rest)
  }

  finish(): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(0, this.#length))
  }
}
