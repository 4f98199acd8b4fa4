import { seededRandom } from '../../statistics/seeded-random.ts'

/** The generator of the golden inputs: uniform numbers in [0, 1) from a 32-bit seed, the same in any language. */
export const mulberry32 = seededRandom

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
