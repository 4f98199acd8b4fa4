const mostTexts = 512
const longest = 256
const slots = 2_048
const prime = 16777619

/**
 * Texts that come again and again, by their ASCII bytes: the same string each time, so that none is made anew.
 * Bounded: what is long, or comes after many others, is made each time.
 */
export class ByteTexts {
  readonly #table: (string | undefined)[] = new Array(slots)
  #known = 0

  /** The text of these bytes, all of them ASCII. */
  text(bytes: Buffer, from: number, end: number): string {
    if (end - from > longest) return bytes.toString('latin1', from, end)
    let hash = 2166136261
    for (let i = from; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), prime)
    for (let place = hash & (slots - 1); ; place = (place + 1) & (slots - 1)) {
      const found = this.#table[place]
      if (found === undefined) return this.#keep(place, bytes.toString('latin1', from, end))
      if (isText(found, bytes, from, end)) return found
    }
  }

  #keep(place: number, text: string): string {
    if (this.#known < mostTexts) {
      this.#known++
      this.#table[place] = text
    }
    return text
  }
}

function isText(text: string, bytes: Buffer, from: number, end: number): boolean {
  if (text.length !== end - from) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false
  return true
}
