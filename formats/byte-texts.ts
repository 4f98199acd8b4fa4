const mostTexts = 512
const longest = 256
const slots = 2_048
const prime = 16777619

/**
 * Texts that come again and again, by their ASCII bytes: the same string each time, so that none is made anew.
 * Bounded: what is long, or comes after many others, is made each time.
 */
export class ByteTexts {
  /** More than the place of any text. */
  static readonly places: number = slots
  readonly #table: (string | undefined)[] = new Array(slots)
  #known = 0

  /** The text of these bytes, all of them ASCII. */
  text(bytes: Buffer, from: number, end: number): string {
    const place = this.place(bytes, from, end)
    return place < 0 ? bytes.toString('latin1', from, end) : this.at(place)
  }

  /** Where the text of these bytes is kept, always the same; -1: it is not. */
  place(bytes: Buffer, from: number, end: number): number {
    if (end - from > longest) return -1
    let hash = 2166136261
    for (let i = from; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), prime)
    for (let place = hash & (slots - 1); ; place = (place + 1) & (slots - 1)) {
      const found = this.#table[place]
      if (found === undefined) {
        if (this.#known === mostTexts) return -1
        this.#known++
        this.#table[place] = bytes.toString('latin1', from, end)
        return place
      }
      if (isText(found, bytes, from, end)) return place
    }
  }

  /** The text that is kept there. */
  at(place: number): string {
    return this.#table[place] as string
  }
}

function isText(text: string, bytes: Buffer, from: number, end: number): boolean {
  if (text.length !== end - from) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false
  return true
}
