/** Distinct unseen categories whose exact counts are kept: those of smallest hash. */
export const keptUnseen = 64

const encoder = new TextEncoder()

/** fmix32(FNV-1a 32) of UTF-8 bytes, unsigned; murmur3's finaliser spreads what FNV leaves close. */
export function categoryHash(bytes: Uint8Array): number {
  let state = 2166136261
  for (const byte of bytes) state = Math.imul(state ^ byte, 16777619)
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
    const bytes = encoder.encode(category)
    const hash = categoryHash(bytes)
    if (hash > this.#largest) return
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
