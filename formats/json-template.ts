/** What records of one shape have in common: the bytes between their values. All of it is data, none of it code. */
export interface JsonTemplate {
  /** The bytes before each value one after the other, and those after the last one. */
  readonly literals: Uint8Array
  /** Where the bytes before each value begin in `literals`; then where those after the last one begin; then the end. */
  readonly bounds: Int32Array
  /** What stands where: values by their number, lists, objects. */
  readonly root: Shape
}

/** A value by its number, the items of a list, or the members of an object. */
export type Shape = number | readonly Shape[] | ReadonlyMap<string, Shape>

const mostValues = 2_000
const mostBytes = 1 << 16
const deepest = 32
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Learns the shape of one record that `JSON.parse` accepts. Null where none is to be kept: a record too large, too
 * deep, of too many values, or that begins with something else than an object.
 */
export function learnTemplate(record: Uint8Array): JsonTemplate | null {
  if (record.length > mostBytes || record[0] !== openBrace) return null
  const learner = new Learner(record)
  const root = learner.shape(0)
  return root === null ? null : learner.template(root)
}

const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]
const [quote, backslash, comma, colon, space] = [0x22, 0x5c, 0x2c, 0x3a, 0x20]

class Learner {
  readonly #record: Uint8Array
  #at = 0
  /** Begin and end of every value. */
  readonly #values: number[] = []

  constructor(record: Uint8Array) {
    this.#record = record
  }

  template(root: Shape): JsonTemplate {
    const pieces: Uint8Array[] = []
    const bounds = [0]
    let from = 0
    for (let i = 0; i <= this.#values.length; i += 2) {
      const piece = this.#record.subarray(from, this.#values[i] ?? this.#record.length)
      pieces.push(piece)
      bounds.push((bounds.at(-1) as number) + piece.length)
      from = this.#values[i + 1] ?? from
    }
    const literals = new Uint8Array(bounds.at(-1) as number)
    for (const [i, piece] of pieces.entries()) literals.set(piece, bounds[i])
    return { literals, bounds: Int32Array.from(bounds), root }
  }

  shape(depth: number): Shape | null {
    if (depth > deepest) return null
    this.#space()
    const first = this.#record[this.#at]
    if (first === openBrace) return this.#object(depth)
    if (first === openBracket) return this.#list(depth)
    return this.#value()
  }

  #value(): number | null {
    const from = this.#at
    if (this.#record[from] === quote) this.#text()
    else while (!isEnd(this.#record[this.#at])) this.#at++
    const number = this.#values.length / 2
    this.#values.push(from, this.#at)
    return number < mostValues ? number : null
  }

  #object(depth: number): Shape | null {
    const members = new Map<string, Shape>()
    this.#at++
    for (this.#space(); this.#record[this.#at] !== closeBrace; this.#space()) {
      if (this.#record[this.#at] === comma) this.#at++
      this.#space()
      const from = this.#at
      this.#text()
      const name = JSON.parse(utf8.decode(this.#record.subarray(from, this.#at))) as string
      this.#space()
      if (this.#record[this.#at] === colon) this.#at++
      const shape = this.shape(depth + 1)
      if (shape === null) return null
      // Of members of one name the last counts, as in JSON.parse.
      members.set(name, shape)
    }
    this.#at++
    return members
  }

  #list(depth: number): Shape | null {
    const items: Shape[] = []
    this.#at++
    for (this.#space(); this.#record[this.#at] !== closeBracket; this.#space()) {
      if (this.#record[this.#at] === comma) this.#at++
      const shape = this.shape(depth + 1)
      if (shape === null) return null
      items.push(shape)
    }
    this.#at++
    return items
  }

  /** Passes a string, both quotes included. */
  #text(): void {
    for (this.#at++; this.#record[this.#at] !== quote; this.#at++) {
      if (this.#record[this.#at] === backslash) this.#at++
    }
    this.#at++
  }

  #space(): void {
    while (isSpace(this.#record[this.#at])) this.#at++
  }
}

/** JSON has four characters that are white space. */
const isSpace = (byte: number | undefined): boolean =>
  byte === space || byte === 0x0a || byte === 0x0d || byte === 0x09

const isEnd = (byte: number | undefined): boolean =>
  byte === undefined ||
  byte === comma ||
  byte === closeBrace ||
  byte === closeBracket ||
  isSpace(byte)
