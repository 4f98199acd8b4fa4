import { beyondChance } from './beyond-chance.ts'

/** 97.5 % point of the standard normal distribution. */
const normal975 = 1.959963984540054

/**
 * Size of a difference that is estimated with a normal error: what chance alone adds to its square is taken off, and
 * the interval is that of its absolute value.
 */
export function folded(
  difference: number,
  error: number,
  most = Number.MAX_VALUE,
): { effect: number; effectInterval: [number, number] } {
  const margin = normal975 * error
  const size = Math.abs(difference)
  const capped = (value: number) => Math.min(most, Math.max(0, value))
  return {
    effect: capped(beyondChance(size, error)),
    effectInterval: [capped(size - margin), capped(size + margin)],
  }
}
