/** The generator of the golden inputs: uniform numbers in [0, 1) from a 32-bit seed, the same in any language. */
export function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Approximately normal: the sum of twelve uniforms minus six. */
export function normal(next: () => number, mean = 0, sd = 1): number {
  let sum = 0
  for (let i = 0; i < 12; i++) sum += next()
  return mean + sd * (sum - 6)
}

/** In place, by Fisher and Yates. */
export function shuffle<T>(items: T[], next: () => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[items[i], items[j]] = [items[j] as T, items[i] as T]
  }
  return items
}
