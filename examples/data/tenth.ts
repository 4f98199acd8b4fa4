/** How much of a large data set the demo takes. */
export type Scale = 'tenth' | 'full'

/**
 * Whether row `number` belongs to the scale: the tenth is chosen by a hash (murmur3's finaliser) of the number, so
 * that it is the same on every machine and spread evenly over any stretch of rows.
 */
export function chosen(number: number, scale: Scale): boolean {
  if (scale === 'full') return true
  let state = number ^ 0x9e3779b9
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return (state ^ (state >>> 16)) >>> 0 < 2 ** 32 / 10
}
