/** Distinct unseen categories whose exact counts are kept: those of smallest hash. */
export const keptUnseen = 64

const encoder = new TextEncoder()
const prime = 16777619

/**
 * fmix32(FNV-1a 32) of the UTF-8 bytes of a well-formed text, unsigned; murmur3's finaliser spreads what FNV leaves
 * close. The bytes are not written down: nothing is allocated.
 */
export function categoryHash(text: string): number {
  let state = 2166136261
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) as number
    if (point < 0x80) {
      state = Math.imul(state ^ point, prime)
      continue
    }
    if (point < 0x800) {
      state = Math.imul(state ^ (0xc0 | (point >> 6)), prime)
    } else {
      if (point < 0x10000) {
        state = Math.imul(state ^ (0xe0 | (point >> 12)), prime)
      } else {
        i++
        state = Math.imul(state ^ (0xf0 | (point >> 18)), prime)
        state = Math.imul(state ^ (0x80 | ((point >> 12) & 0x3f)), prime)
      }
      state = Math.imul(state ^ (0x80 | ((point >> 6) & 0x3f)), prime)
    }
    state = Math.imul(state ^ (0x80 | (point & 0x3f)), prime)
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return (state ^ (state >>> 16)) >>> 0
}

interface Entry {
  readonly category: string
  readonly hash: number
  readonly bytes: Uint8Array
  count: number
}

/**
 * Categories that a binning does not know: an exact total and the 64 distinct ones of smallest hash with exact
 * counts. What is among the smallest in the whole was among them in every part, so any merge is exact.
 */
export class Unseen {
  total = 0
  #entries = new Map<string, Entry>()
  /** Largest hash kept once the table is full; nothing above it can enter. */
  #largest = Number.POSITIVE_INFINITY

  add(category: string, count: number): void {
    this.total += count
    const entry = this.#entries.get(category)
    if (entry !== undefined) {
      entry.count += count
      return
    }
    const hash = categoryHash(category)
    if (hash > this.#largest) return
    const bytes = encoder.encode(category)
    this.#entries.set(category, { category, hash, bytes, count })
    if (this.#entries.size > keptUnseen * 2) this.#shrink()
  }

  merge(other: Unseen): void {
    const outside = other.total - other.entries().reduce((sum, { count }) => sum + count, 0)
    for (const { category, count } of other.entries()) this.add(category, count)
    this.total += outside
  }

  /** Kept categories sorted by (hash, bytes). */
  entries(): readonly Readonly<Entry>[] {
    this.#shrink()
    return [...this.#entries.values()]
  }

  #shrink(): void {
    const sorted = [...this.#entries.values()].sort(
      (left, right) => left.hash - right.hash || Buffer.compare(left.bytes, right.bytes),
    )
    const kept = sorted.slice(0, keptUnseen)
    this.#entries = new Map(kept.map((entry) => [entry.category, entry]))
    if (kept.length === keptUnseen) this.#largest = kept.at(-1)?.hash ?? this.#largest
  }
}
