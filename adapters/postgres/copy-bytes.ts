const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const least = 1 << 14
const two32 = 2 ** 32

/**
 * Rows in the binary form of COPY, value by value into one buffer that grows: nothing is made of a row, and no number
 * becomes text. Values of a row follow in the order of the columns of the statement, after `row`.
 *
 * @see https://www.postgresql.org/docs/current/sql-copy.html
 */
export class CopyBytes {
  #bytes = Buffer.allocUnsafeSlow(least)
  #view = new DataView(this.#bytes.buffer)
  #at = signature.copy(this.#bytes)

  row(columns: number): void {
    this.#room(2)
    this.#view.setInt16(this.#at, columns)
    this.#at += 2
  }

  /** What several values are for many rows: the bytes that `raw` gives back of them. */
  static of(write: (bytes: CopyBytes) => void): Uint8Array {
    const own = new CopyBytes()
    write(own)
    return own.#bytes.subarray(signature.length, own.#at)
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  none(): void {
    this.#length(-1, 0)
  }

  flag(value: boolean): void {
    this.#length(1, 1)
    this.#bytes[this.#at++] = value ? 1 : 0
  }

  int(value: number): void {
    this.#length(4, 4)
    this.#view.setInt32(this.#at, value)
    this.#at += 4
  }

  /** A whole number below 2^53; what is behind its point is left out, downwards. */
  long(value: number): void {
    this.#length(8, 8)
    const high = Math.floor(value / two32)
    this.#view.setInt32(this.#at, high)
    this.#view.setUint32(this.#at + 4, value - high * two32)
    this.#at += 8
  }

  double(value: number): void {
    this.#length(8, 8)
    this.#view.setFloat64(this.#at, value)
    this.#at += 8
  }

  /** It must not hold a NUL. */
  text(value: string): void {
    // A code unit is at most three bytes.
    this.#length(0, 3 * value.length)
    const length = this.#bytes.write(value, this.#at)
    this.#view.setInt32(this.#at - 4, length)
    this.#at += length
  }

  bytes(source: Uint8Array, from = 0, end: number = source.length): void {
    this.#length(end - from, end - from)
    const bytes = this.#bytes
    let at = this.#at
    // Mostly a few bytes: less than a call costs.
    for (let i = from; i < end; i++) bytes[at++] = source[i] as number
    this.#at = at
  }

  /** The first bytes of a text that has one character for each byte. */
  binary(source: string, length: number): void {
    this.#length(length, length)
    for (let i = 0; i < length; i++) this.#bytes[this.#at++] = source.charCodeAt(i)
  }

  /** A list of texts, `text[]`. */
  texts(values: readonly string[]): void {
    this.#length(0, 20)
    const from = this.#at
    const isEmpty = values.length === 0
    this.#view.setInt32(from, isEmpty ? 0 : 1)
    this.#view.setInt32(from + 4, 0)
    this.#view.setInt32(from + 8, oidOfText)
    this.#at += 12
    if (!isEmpty) {
      this.#view.setInt32(this.#at, values.length)
      // PostgreSQL counts from 1.
      this.#view.setInt32(this.#at + 4, 1)
      this.#at += 8
      for (const value of values) this.text(value)
    }
    this.#view.setInt32(from - 4, this.#at - from)
  }

  /** Everything so far with its end mark; nothing is added after it. */
  end(): Buffer {
    this.row(-1)
    return this.#bytes.subarray(0, this.#at)
  }

  #length(value: number, room: number): void {
    this.#room(4 + room)
    this.#view.setInt32(this.#at, value)
    this.#at += 4
  }

  #room(bytes: number): void {
    const needed = this.#at + bytes
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

const oidOfText = 25
