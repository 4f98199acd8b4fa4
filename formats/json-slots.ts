import { isUtf8 } from 'node:buffer'
import { digitsEach, exactDecimal } from './exact-decimal.ts'
import type { JsonTemplate } from './json-template.ts'

/** What stands at a place of a template; a wide text is not all ASCII. */
export const slot = { null: 0, false: 1, true: 2, number: 3, text: 4, wide: 5 } as const

const [quote, backslash, minus, plus, point, zero, nine] = [
  0x22, 0x5c, 0x2d, 0x2b, 0x2e, 0x30, 0x39,
]
const words = [
  { kind: slot.null, bytes: Buffer.from('null') },
  { kind: slot.false, bytes: Buffer.from('false') },
  { kind: slot.true, bytes: Buffer.from('true') },
] as const

/**
 * The values of one record under a template, read straight from its bytes; the next record overwrites them. What
 * `match` accepts is JSON, and every value is the one that `JSON.parse` gives. It takes no text with an
 * escape, and nothing that differs from the template between the values: such a record is for `JSON.parse`.
 */
export class JsonSlots {
  readonly kinds: Uint8Array
  readonly numbers: Float64Array
  /** Where a text begins and ends, without its quotes. */
  readonly begins: Int32Array
  readonly ends: Int32Array
  readonly #template: JsonTemplate
  readonly #count: number
  /** The template's bytes, and those of the record, for reading four at once. */
  readonly #literals: DataView
  #view: DataView
  #bytes: Buffer = Buffer.alloc(0)

  constructor(template: JsonTemplate) {
    this.#template = template
    this.#count = template.bounds.length - 2
    this.#literals = viewOf(template.literals)
    this.#view = viewOf(this.#bytes)
    this.kinds = new Uint8Array(this.#count)
    this.numbers = new Float64Array(this.#count)
    this.begins = new Int32Array(this.#count)
    this.ends = new Int32Array(this.#count)
  }

  /** The bytes of the record that was matched last. */
  get bytes(): Buffer {
    return this.#bytes
  }

  /** Whether a template takes the same records as its own. */
  isOf({ literals, bounds }: JsonTemplate): boolean {
    const own = this.#template
    return Buffer.compare(own.literals, literals) === 0 && String(own.bounds) === String(bounds)
  }

  match(bytes: Buffer, from: number, end: number): boolean {
    const { literals, bounds } = this.#template
    const count = this.#count
    // Records of one answer stand in the same bytes.
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#view = viewOf(bytes)
    }
    const view = this.#view
    const literalView = this.#literals
    let at = from
    for (let i = 0; i <= count; i++) {
      const last = bounds[i + 1] as number
      let place = bounds[i] as number
      if (at + last - place > end) return false
      for (; place + 4 <= last; place += 4, at += 4) {
        if (view.getInt32(at) !== literalView.getInt32(place)) return false
      }
      while (place < last) if (bytes[at++] !== literals[place++]) return false
      if (i === count) return at === end
      if (at === end) return false
      const first = bytes[at] as number
      if (first === quote) at = this.#text(bytes, at + 1, end, i)
      else if (first === minus || (first >= zero && first <= nine)) {
        at = this.#number(bytes, at, end, i)
      } else at = this.#word(bytes, at, end, i)
      if (at < 0) return false
    }
    return false
  }

  /** Its value at a place, as `JSON.parse` gives it. */
  value(place: number): number | string | boolean | null {
    const kind = this.kinds[place]
    if (kind === slot.number) return this.numbers[place] as number
    if (kind === slot.text || kind === slot.wide) return this.text(place)
    return kind === slot.null ? null : kind === slot.true
  }

  text(place: number): string {
    const encoding = this.kinds[place] === slot.text ? 'latin1' : 'utf8'
    return this.#bytes.toString(encoding, this.begins[place], this.ends[place])
  }

  /** Every reading below answers where it ends, or -1. */
  #text(bytes: Buffer, from: number, end: number, place: number): number {
    let wide = false
    for (let at = from; at < end; at++) {
      const byte = bytes[at] as number
      if (byte === quote) {
        if (wide && !isUtf8(bytes.subarray(from, at))) return -1
        this.kinds[place] = wide ? slot.wide : slot.text
        this.begins[place] = from
        this.ends[place] = at
        return at + 1
      }
      if (byte < 0x20 || byte === backslash) return -1
      if (byte >= 0x80) wide = true
    }
    return -1
  }

  #word(bytes: Buffer, at: number, end: number, place: number): number {
    for (const word of words) {
      const { length } = word.bytes
      if (bytes[at] !== word.bytes[0]) continue
      if (at + length > end) return -1
      for (let i = 1; i < length; i++) if (bytes[at + i] !== word.bytes[i]) return -1
      this.kinds[place] = word.kind
      return at + length
    }
    return -1
  }

  #number(bytes: Buffer, from: number, end: number, place: number): number {
    let at = from
    const negative = bytes[at] === minus
    if (negative) at++
    const view = this.#view
    // Whole numbers of 32 bits: nine digits each.
    let leading = 0
    let following = 0
    let digits = 0
    let exponent = 0
    const whole = at
    let byte = at < end ? (bytes[at] as number) : 0
    for (; byte >= zero && byte <= nine; byte = ++at < end ? (bytes[at] as number) : 0) {
      if (digits < digitsEach) {
        leading = (Math.imul(leading, 10) + byte - zero) | 0
        if (leading > 0) digits++
      } else if (digits++ < 2 * digitsEach) following = (Math.imul(following, 10) + byte - zero) | 0
    }
    // One digit at least, and no zero before others.
    if (at === whole || (bytes[whole] === zero && at > whole + 1)) return -1
    if (byte === point) {
      const fraction = at + 1
      byte = ++at < end ? (bytes[at] as number) : 0
      while (byte >= zero && byte <= nine) {
        const room = digits < digitsEach ? digitsEach - digits : 2 * digitsEach - digits
        const four = leading > 0 && room >= 4 && at + 4 <= end ? fourDigits(view.getInt32(at)) : -1
        if (four >= 0) {
          if (digits < digitsEach) leading = (Math.imul(leading, 10_000) + four) | 0
          else following = (Math.imul(following, 10_000) + four) | 0
          digits += 4
          at += 4
        } else {
          if (digits < digitsEach) {
            leading = (Math.imul(leading, 10) + byte - zero) | 0
            if (leading > 0) digits++
          } else if (digits++ < 2 * digitsEach) {
            following = (Math.imul(following, 10) + byte - zero) | 0
          }
          at++
        }
        byte = at < end ? (bytes[at] as number) : 0
      }
      if (at === fraction) return -1
      exponent = fraction - at
    }
    if (byte === 0x65 || byte === 0x45) {
      byte = ++at < end ? (bytes[at] as number) : 0
      const below = byte === minus
      if (below || byte === plus) byte = ++at < end ? (bytes[at] as number) : 0
      const power = at
      let written = 0
      for (; byte >= zero && byte <= nine; byte = ++at < end ? (bytes[at] as number) : 0) {
        if (written < 10_000) written = written * 10 + byte - zero
      }
      if (at === power) return -1
      exponent += below ? -written : written
    }
    const after = digits - digitsEach
    let found = Number.NaN
    if (after <= digitsEach) found = exactDecimal(leading, following, Math.max(after, 0), exponent)
    if (Number.isNaN(found)) found = Math.abs(Number(bytes.toString('latin1', from, at)))
    this.kinds[place] = slot.number
    this.numbers[place] = negative ? -found : found
    return at
  }
}

const viewOf = ({ buffer, byteOffset, length }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, length)

/** What four digits say, the first one in the highest byte; -1: they are none. All four at once (SWAR). */
function fourDigits(word: number): number {
  const values = word ^ 0x30303030
  // A byte above 9 gets its highest bit here, or has it.
  if (((values + 0x76767676) | values) & 0x80808080) return -1
  const pairs = Math.imul(values >>> 8, 10) + (values & 0x00ff00ff)
  return Math.imul((pairs >>> 16) & 0xff, 100) + (pairs & 0xff)
}
