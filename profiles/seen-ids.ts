import type { IdHash } from './id-hash.ts'

/** For a slice of 50,000 ids it never grows. */
const leastPlaces = 1 << 16

/**
 * A set of ids by their hashes, without an object for each. Two ids are one to it if 64 bits of SHA-256 agree: once in
 * ten thousand million slices of 50,000 ids.
 */
export class SeenIds {
  /** Two words for each place; both 0 where it is free. */
  #table = new Uint32Array(2 * leastPlaces)
  #size = 0

  /** Whether it was not there before. */
  add({ words }: IdHash): boolean {
    const high = words[0] as number
    // 0 in both words would be a free place.
    const low = high === 0 && words[1] === 0 ? 1 : (words[1] as number)
    if (!put(this.#table, high, low)) return false
    // A fifth of it is free, so that a free place is near.
    if (++this.#size * 10 > this.#table.length * 4) this.#grow()
    return true
  }

  #grow(): void {
    const smaller = this.#table
    this.#table = new Uint32Array(4 * smaller.length)
    for (let at = 0; at < smaller.length; at += 2) {
      const [high, low] = [smaller[at] as number, smaller[at + 1] as number]
      if (high !== 0 || low !== 0) put(this.#table, high, low)
    }
  }
}

function put(table: Uint32Array, high: number, low: number): boolean {
  const last = table.length - 1
  for (let at = (low << 1) & last; ; at = (at + 2) & last) {
    if (table[at] === high && table[at + 1] === low) return false
    if (table[at] === 0 && table[at + 1] === 0) {
      table[at] = high
      table[at + 1] = low
      return true
    }
  }
}
